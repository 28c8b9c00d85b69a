#pragma once

#include <string>

#include "message/client_message.h"

namespace freshframe {

/// Why something is no image to show.
struct ImageRefusal {
  ProtocolError::Code code = ProtocolError::Code::kNoImage;
  /// A sentence for whoever wrote the publisher: what this is, and what to send instead. It travels
  /// to viewers too, so it has at most kReasonBytesMost and nothing of the content but a letter or
  /// a few bytes as hexadecimal digits.
  std::string reason;
};

inline constexpr std::size_t kReasonBytesMost = 220;

}  // namespace freshframe
