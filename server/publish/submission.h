#pragma once

#include <optional>
#include <string>

#include "base/unix_time.h"

namespace freshframe {

/// One frame as a publisher sent it: nobody has looked into it yet. Owns its bytes, so that it can
/// wait and move between threads without a copy.
struct Submission {
  enum class Form {
    kFile,    ///< the image file
    kBinary,  ///< the image file, or the protocol's binary form
    kText,    ///< a frame message in JSON
  };
  Form form = Form::kFile;
  /// As permessage-deflate left it, to be inflated by whoever looks into it.
  bool is_deflated = false;
  std::string bytes{};
  /// When the last of it arrived.
  UnixTime arrived{};
  /// What the publisher said beside the frame of when it was captured; a frame that tells it itself
  /// wins.
  std::optional<UnixTime> captured = {};
};

}  // namespace freshframe
