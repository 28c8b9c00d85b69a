#pragma once

#include <cstddef>

namespace freshframe {

/// A frame as it is sent: the message, the request's body, a part of a stream.
inline constexpr std::size_t kMostPublishedBytes = std::size_t{8} * 1024 * 1024;

/// What a frame message may say beside the picture.
inline constexpr std::size_t kMostHeadBytes = 4096;

}  // namespace freshframe
