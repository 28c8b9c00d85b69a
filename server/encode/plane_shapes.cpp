#include "encode/plane_shapes.h"

#include <limits>

namespace freshframe {

namespace {

constexpr int kLongestSidePx = 65500;

// Divides rather than multiplies: a stride of any size cannot overflow it.
bool holds(const Plane& plane, const PlaneShapes::Rows& rows) {
  const std::size_t size = plane.bytes.size();
  if (size < rows.row_bytes || plane.stride_bytes < rows.row_bytes ||
      plane.stride_bytes > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    return false;
  }
  return (size - rows.row_bytes) / plane.stride_bytes >= rows.count - 1;
}

}  // namespace

PlaneShapes plane_shapes(PixelFormat format, int width_px, int height_px) {
  const auto width = static_cast<std::size_t>(width_px);
  const auto height = static_cast<std::size_t>(height_px);
  const std::size_t half_width = (width + 1) / 2;
  const std::size_t half_height = (height + 1) / 2;
  switch (format) {
    case PixelFormat::kMjpeg:
      return {};
    case PixelFormat::kNv12:
    case PixelFormat::kNv21:
      return {2, {{{width, height}, {2 * half_width, half_height}}}};
    case PixelFormat::kYuv420:
      return {3, {{{width, height}, {half_width, half_height}, {half_width, half_height}}}};
    case PixelFormat::kYuyv:
    case PixelFormat::kUyvy:
      return {1, {{{4 * half_width, height}}}};
    case PixelFormat::kRgb24:
    case PixelFormat::kBgr24:
      return {1, {{{3 * width, height}}}};
    case PixelFormat::kRgbx32:
    case PixelFormat::kBgrx32:
      return {1, {{{4 * width, height}}}};
    case PixelFormat::kGrey8:
      return {1, {{{width, height}}}};
  }
  return {};
}

bool planes_hold_the_picture(const Frame& frame) {
  const FrameInfo& info = frame.info();
  if (info.width_px < 1 || info.width_px > kLongestSidePx || info.height_px < 1 ||
      info.height_px > kLongestSidePx) {
    return false;
  }
  const PlaneShapes shapes = plane_shapes(info.format, info.width_px, info.height_px);
  if (shapes.count == 0 || frame.planes().size() != shapes.count) {
    return false;
  }
  for (std::size_t i = 0; i < shapes.count; ++i) {
    if (!holds(frame.planes()[i], shapes.planes[i])) {
      return false;
    }
  }
  return true;
}

}  // namespace freshframe
