#include "encode/v4l2_raw_format.h"

#include <algorithm>
#include <string>

#include "encode/plane_shapes.h"

namespace freshframe {
namespace {

struct Fourccs {
  std::uint32_t in_one_memory = 0;
  std::uint32_t in_several = 0;
};

Fourccs fourccs_of(PixelFormat format) {
  switch (format) {
    case PixelFormat::kNv12:
      return {V4L2_PIX_FMT_NV12, V4L2_PIX_FMT_NV12M};
    case PixelFormat::kYuv420:
      return {V4L2_PIX_FMT_YUV420, V4L2_PIX_FMT_YUV420M};
    case PixelFormat::kYuyv:
      return {V4L2_PIX_FMT_YUYV, 0};
    default:
      return {};
  }
}

std::size_t plane_count(std::uint32_t fourcc) {
  return fourcc == V4L2_PIX_FMT_NV12M ? 2 : fourcc == V4L2_PIX_FMT_YUV420M ? 3 : 1;
}

bool is_multiplanar(const v4l2_format& format) {
  return format.type == V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE;
}

Failure unusable(const std::string& what) {
  return {Failure::Kind::kMisconfigured, what};
}

/// The stride of a plane that shares its memory with the first one.
std::size_t shared_stride(PixelFormat format, std::size_t plane, std::size_t first_stride_bytes) {
  return format == PixelFormat::kYuv420 && plane > 0 ? first_stride_bytes / 2 : first_stride_bytes;
}

}  // namespace

std::optional<std::uint32_t> v4l2_fourcc_of(PixelFormat format,
                                            std::span<const std::uint32_t> offered) {
  const Fourccs fourccs = fourccs_of(format);
  for (const std::uint32_t fourcc : {fourccs.in_one_memory, fourccs.in_several}) {
    if (fourcc != 0 && std::find(offered.begin(), offered.end(), fourcc) != offered.end()) {
      return fourcc;
    }
  }
  return std::nullopt;
}

v4l2_format v4l2_raw_request(bool is_multiplanar, std::uint32_t fourcc, int width_px, int height_px,
                             std::size_t stride_bytes) {
  v4l2_format request{};
  const auto stride = static_cast<std::uint32_t>(stride_bytes);
  const auto fill = [&](auto& pixels) {
    pixels.width = static_cast<std::uint32_t>(width_px);
    pixels.height = static_cast<std::uint32_t>(height_px);
    pixels.pixelformat = fourcc;
    pixels.field = V4L2_FIELD_NONE;
    pixels.colorspace = V4L2_COLORSPACE_JPEG;
    pixels.quantization = V4L2_QUANTIZATION_FULL_RANGE;
  };
  if (!is_multiplanar) {
    request.type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
    fill(request.fmt.pix);
    request.fmt.pix.bytesperline = stride;
    return request;
  }
  request.type = V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE;
  fill(request.fmt.pix_mp);
  const std::size_t planes = plane_count(fourcc);
  request.fmt.pix_mp.num_planes = static_cast<std::uint8_t>(planes);
  for (std::size_t i = 0; i < planes; ++i) {
    request.fmt.pix_mp.plane_fmt[i].bytesperline =
        fourcc == V4L2_PIX_FMT_YUV420M && i > 0 ? stride / 2 : stride;
  }
  return request;
}

Result<V4l2RawFormat> read_v4l2_raw_format(const v4l2_format& answer, PixelFormat format,
                                           std::uint32_t fourcc, int width_px, int height_px) {
  V4l2RawFormat raw;
  raw.format = format;
  std::uint32_t answered_fourcc = 0;
  const auto take = [&](const auto& pixels) {
    answered_fourcc = pixels.pixelformat;
    raw.width_px = static_cast<int>(pixels.width);
    raw.height_px = static_cast<int>(pixels.height);
  };
  if (is_multiplanar(answer)) {
    const v4l2_pix_format_mplane& pixels = answer.fmt.pix_mp;
    take(pixels);
    raw.memory_count = std::min<std::size_t>(pixels.num_planes, raw.memories.size());
    for (std::size_t i = 0; i < raw.memory_count; ++i) {
      raw.memories[i] = {pixels.plane_fmt[i].sizeimage, pixels.plane_fmt[i].bytesperline};
    }
  } else {
    const v4l2_pix_format& pixels = answer.fmt.pix;
    take(pixels);
    raw.memory_count = 1;
    raw.memories[0] = {pixels.sizeimage, pixels.bytesperline};
  }
  if (answered_fourcc != fourcc || raw.memory_count != plane_count(fourcc)) {
    return unusable("it offers " + std::string(to_string(format)) + " and then does not take it");
  }
  if (raw.width_px < width_px || raw.height_px < height_px) {
    return unusable("it takes pictures up to " + std::to_string(raw.width_px) + "x" +
                    std::to_string(raw.height_px));
  }

  const PlaneShapes shapes = plane_shapes(format, raw.width_px, raw.height_px);
  raw.place_count = shapes.count;
  std::size_t end = 0;
  for (std::size_t i = 0; i < shapes.count; ++i) {
    V4l2RawFormat::Place& place = raw.places[i];
    const bool has_its_own = raw.memory_count > 1;
    place.memory = has_its_own ? i : 0;
    place.offset_bytes = has_its_own ? 0 : end;
    place.stride_bytes = has_its_own ? raw.memories[i].stride_bytes
                                     : shared_stride(format, i, raw.memories[0].stride_bytes);
    end = place.offset_bytes + place.stride_bytes * shapes.planes[i].count;
    if (place.stride_bytes < shapes.planes[i].row_bytes ||
        end > raw.memories[place.memory].size_bytes) {
      return unusable("its buffers are smaller than the picture");
    }
  }
  return raw;
}

}  // namespace freshframe
