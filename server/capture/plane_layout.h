#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "base/result.h"
#include "capture/frame.h"
#include "capture/pixel_format.h"
#include "capture/size.h"

namespace freshframe {

/// The planes of a picture as they lie in a buffer.
struct PlaneLayout {
  std::array<Plane, Frame::kMaxPlanes> planes{};
  std::size_t count = 0;

  std::span<const Plane> span() const { return {planes.data(), count}; }
};

/// Finds the planes of a picture in a buffer's memory, which a driver describes by one region for
/// each plane, or by one for all of them that lie in it one after the other. Regions beyond those
/// the format has are ignored.
///
/// `stride_bytes` is the first plane's; 0 means rows without padding. Chroma planes of kYuv420 have
/// half of it, the chroma plane of kNv12 and kNv21 the same. Fails when a region is too small
/// for its plane, so that nobody reads past the end of a mapping.
Result<PlaneLayout> lay_out_planes(PixelFormat format, Size size, std::size_t stride_bytes,
                                   std::span<const std::span<const std::byte>> regions);

}  // namespace freshframe
