#include "encode/v4l2_picture.h"

#include <libyuv/planar_functions.h>

#include <algorithm>

#include "encode/full_range.h"
#include "encode/plane_shapes.h"

namespace freshframe {
namespace {

/// What is repeated to pad a row: one pixel, or two that share their chroma.
std::size_t padding_unit_bytes(PixelFormat format, std::size_t plane) {
  switch (format) {
    case PixelFormat::kYuyv:
      return 4;
    case PixelFormat::kNv12:
      return plane == 0 ? 1 : 2;
    default:
      return 1;
  }
}

}  // namespace

bool lies_as_the_device_wants(const Frame& frame, const V4l2RawFormat& raw) {
  const std::span<const Plane> planes = frame.planes();
  if (frame.info().range != YuvRange::kFull || planes.size() != raw.place_count) {
    return false;
  }
  for (std::size_t i = 0; i < planes.size(); ++i) {
    const V4l2RawFormat::Place& place = raw.places[i];
    const DmabufPlace& dmabuf = planes[i].dmabuf;
    const bool shares_the_first = place.memory == 0;
    if (dmabuf.fd < 0 || planes[i].stride_bytes != place.stride_bytes ||
        dmabuf.offset_bytes != place.offset_bytes ||
        dmabuf.size_bytes < raw.memories[place.memory].size_bytes ||
        (shares_the_first && dmabuf.fd != planes[0].dmabuf.fd)) {
      return false;
    }
  }
  return true;
}

void V4l2PictureWriter::write(const Frame& frame, const V4l2RawFormat& raw,
                              std::span<const std::span<std::byte>> memories) {
  const FrameInfo& info = frame.info();
  const PlaneShapes have = plane_shapes(info.format, info.width_px, info.height_px);
  const PlaneShapes want = plane_shapes(raw.format, raw.width_px, raw.height_px);
  for (std::size_t i = 0; i < want.count; ++i) {
    const Plane& plane = frame.planes()[i];
    const V4l2RawFormat::Place& place = raw.places[i];
    const auto* from = reinterpret_cast<const std::uint8_t*>(plane.bytes.data());
    auto* to = reinterpret_cast<std::uint8_t*>(memories[place.memory].data()) + place.offset_bytes;
    const std::size_t row_bytes = have.planes[i].row_bytes;
    const std::size_t unit = padding_unit_bytes(info.format, i);
    for (std::size_t row = 0; row < want.planes[i].count; ++row) {
      const std::size_t source = std::min(row, have.planes[i].count - 1);
      write_row(info.format, info.range, i, {from + source * plane.stride_bytes, row_bytes}, to);
      for (std::size_t at = row_bytes; at < want.planes[i].row_bytes; ++at) {
        to[at] = to[at - unit];
      }
      to += place.stride_bytes;
    }
  }
}

void V4l2PictureWriter::write_row(PixelFormat format, YuvRange range, std::size_t plane,
                                  std::span<const std::uint8_t> from, std::uint8_t* to) {
  if (range == YuvRange::kFull) {
    std::copy(from.begin(), from.end(), to);
  } else if (format != PixelFormat::kYuyv) {
    (plane == 0 ? expand_luma_to_full_range : expand_chroma_to_full_range)(from, to);
  } else {
    const std::size_t pixels = from.size() / 2;
    luma_.resize(pixels);
    chroma_.resize(pixels);
    const int count = static_cast<int>(pixels);
    libyuv::SplitUVPlane(from.data(), 0, luma_.data(), 0, chroma_.data(), 0, count, 1);
    expand_luma_to_full_range(luma_, luma_.data());
    expand_chroma_to_full_range(chroma_, chroma_.data());
    libyuv::MergeUVPlane(luma_.data(), 0, chroma_.data(), 0, to, 0, count, 1);
  }
}

}  // namespace freshframe
