#include "capture/plane_layout.h"

#include <algorithm>
#include <string>

namespace freshframe {
namespace {

struct PlaneShape {
  std::size_t row_bytes = 0;
  std::size_t rows = 0;
  std::size_t stride_bytes = 0;

  std::size_t bytes_needed() const { return rows == 0 ? 0 : stride_bytes * (rows - 1) + row_bytes; }
};

struct PictureShape {
  std::array<PlaneShape, Frame::kMaxPlanes> planes{};
  std::size_t count = 0;
};

PictureShape packed(std::size_t row_bytes, std::size_t rows, std::size_t stride) {
  return {{{{row_bytes, rows, stride}}}, 1};
}

PictureShape shape_of(PixelFormat format, Size size, std::size_t stride) {
  const auto width = static_cast<std::size_t>(size.width_px);
  const auto height = static_cast<std::size_t>(size.height_px);
  // Chroma covers the last odd column and row too.
  const std::size_t half_width = (width + 1) / 2;
  const std::size_t half_height = (height + 1) / 2;
  const auto or_else = [stride](std::size_t row_bytes) { return stride == 0 ? row_bytes : stride; };
  switch (format) {
    case PixelFormat::kMjpeg:
      return packed(0, 0, 0);
    case PixelFormat::kNv12:
    case PixelFormat::kNv21: {
      const std::size_t luma_stride = or_else(2 * half_width);
      return {{{{width, height, luma_stride}, {2 * half_width, half_height, luma_stride}}}, 2};
    }
    case PixelFormat::kYuv420: {
      const std::size_t luma_stride = or_else(2 * half_width);
      const PlaneShape chroma{half_width, half_height, luma_stride / 2};
      return {{{{width, height, luma_stride}, chroma, chroma}}, 3};
    }
    case PixelFormat::kYuyv:
    case PixelFormat::kUyvy:
      return packed(4 * half_width, height, or_else(4 * half_width));
    case PixelFormat::kRgb24:
    case PixelFormat::kBgr24:
      return packed(3 * width, height, or_else(3 * width));
    case PixelFormat::kRgbx32:
    case PixelFormat::kBgrx32:
      return packed(4 * width, height, or_else(4 * width));
    case PixelFormat::kGrey8:
      return packed(width, height, or_else(width));
  }
  return {};
}

Failure unusable(const std::string& reason) {
  return {Failure::Kind::kMisconfigured, "the camera's buffers cannot be used: " + reason};
}

}  // namespace

Result<PlaneLayout> lay_out_planes(PixelFormat format, Size size, std::size_t stride_bytes,
                                   std::span<const std::span<const std::byte>> regions) {
  const PictureShape shape = shape_of(format, size, stride_bytes);
  if (regions.empty() || shape.count == 0) {
    return unusable("they have no memory");
  }
  if (regions.size() != 1 && regions.size() < shape.count) {
    return unusable("they have " + std::to_string(regions.size()) + " planes and " +
                    std::string(to_string(format)) + " has " + std::to_string(shape.count));
  }
  const bool one_region_for_all = regions.size() == 1;
  PlaneLayout layout;
  layout.count = shape.count;
  std::size_t offset = 0;
  for (std::size_t i = 0; i < shape.count; ++i) {
    const PlaneShape& plane = shape.planes[i];
    std::span<const std::byte> bytes = one_region_for_all ? regions[0] : regions[i];
    if (one_region_for_all) {
      bytes = bytes.subspan(std::min(offset, bytes.size()));
      offset += plane.stride_bytes * plane.rows;
    }
    if (plane.stride_bytes < plane.row_bytes) {
      return unusable("a row of " + std::to_string(plane.row_bytes) + " bytes does not fit in " +
                      std::to_string(plane.stride_bytes));
    }
    if (bytes.size() < plane.bytes_needed()) {
      return unusable("plane " + std::to_string(i) + " has " + std::to_string(bytes.size()) +
                      " bytes and needs " + std::to_string(plane.bytes_needed()));
    }
    if (plane.rows > 0) {
      bytes = bytes.first(std::min(bytes.size(), plane.stride_bytes * plane.rows));
    }
    layout.planes[i] = {bytes, plane.stride_bytes};
  }
  return layout;
}

}  // namespace freshframe
