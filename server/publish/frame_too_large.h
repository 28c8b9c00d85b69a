#pragma once

#include <cstddef>

#include "message/client_message.h"

namespace freshframe {

/// What a publisher is told whose frame has more than `most` bytes. Frames of that size are most
/// often pixels.
ProtocolError frame_too_large(std::size_t most);

}  // namespace freshframe
