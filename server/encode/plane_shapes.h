#pragma once

#include <cstddef>

#include "capture/frame.h"

namespace freshframe {

/// How large the planes of a raw format are; `count` 0 for kMjpeg, which has no rows.
struct PlaneShapes {
  struct Rows {
    std::size_t row_bytes = 0;
    std::size_t count = 0;
  };
  std::size_t count = 0;
  std::array<Rows, Frame::kMaxPlanes> planes{};
};

/// Chroma of odd sizes is rounded up, as V4L2 and libcamera have it. `width_px` and `height_px` are
/// positive.
PlaneShapes plane_shapes(PixelFormat format, int width_px, int height_px);

/// True when the frame's planes hold what its width, height and format say, so that every sample
/// can be read. False for sizes that no JPEG image can have (1 to 65,500 a side, libjpeg's limit).
bool planes_hold_the_picture(const Frame& frame);

}  // namespace freshframe
