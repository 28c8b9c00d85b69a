#pragma once

#include <string>

#include <boost/system/result.hpp>

namespace freshframe {

/// Why something could not be done, as a sentence a person can act on: what is wrong, and
/// what to do about it. Starts lower-case and has no full stop, so that it can follow a name and
/// a colon in a log line.
struct Failure {
  enum class Kind {
    kUnavailable,    // not there now, may come back: unplugged, busy, no frames
    kNoPermission,   // this user may not open it
    kMisconfigured,  // will never work as configured
  };
  Kind kind = Kind::kUnavailable;
  std::string reason;
};

/// A value, or the Failure that kept it from being made.
template <class T>
using Result = boost::system::result<T, Failure>;

}  // namespace freshframe
