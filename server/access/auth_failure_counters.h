#pragma once

#include <cstdint>

namespace freshframe {

/// How many requests were not let in, by what they lacked.
///
/// Thread: event loop only.
struct AuthFailureCounters {
  /// None was sent, or a browser's ticket that is old or of another run.
  std::uint64_t no_token = 0;
  std::uint64_t wrong_token = 0;
  /// The token is right, and for something else, or nobody may do this here.
  std::uint64_t not_allowed = 0;
  /// Came from an address that has tried too many.
  std::uint64_t blocked = 0;
};

}  // namespace freshframe
