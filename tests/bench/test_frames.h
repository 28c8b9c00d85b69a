#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "capture/frame.h"
#include "capture/size.h"
#include "message/picture.h"

namespace freshframe::bench {

inline constexpr Size k720p{1280, 720};

/// A frame of the test pattern, as the server gets it.
Frame pattern_frame(PixelFormat format, std::uint64_t sequence);

/// The test pattern as the JPEG image that a camera would deliver, 90 to 130 KB.
std::vector<std::byte> pattern_jpeg(std::uint64_t sequence);

/// What the server makes of a frame with this image, once for all viewers of one form.
Picture picture_of(WireForm form, const FrameInfo& info, std::span<const std::byte> jpeg);

/// The message that a viewer gets of it, in one piece.
std::string message_of(WireForm form, const Picture& picture);

}  // namespace freshframe::bench
