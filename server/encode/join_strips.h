#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace freshframe {

/// Makes one JPEG image, in `joined`, of those of a picture's strips, from top to bottom: without
/// decoding anything, as capture/strip_jpeg.h says. The strips are what libjpeg-turbo made, all of
/// one quality.
///
/// False when they cannot be parts of one image: their tables differ, they are not baseline, or
/// they have restart markers of their own. (libjpeg-turbo makes such images when the environment
/// holds TJ_OPTIMIZE, TJ_PROGRESSIVE, TJ_ARITHMETIC or TJ_RESTART.)
bool join_strips(std::span<const std::span<const std::byte>> strips, int height_px,
                 int restart_interval_mcus, std::vector<std::byte>& joined);

}  // namespace freshframe
