#include "encode/turbo_encoder.h"

#include <libyuv/convert.h>
#include <libyuv/planar_functions.h>
#include <turbojpeg.h>

#include <algorithm>
#include <utility>

#include "encode/full_range.h"
#include "encode/plane_shapes.h"

namespace freshframe {

namespace {

bool is_yuv(PixelFormat format) {
  switch (format) {
    case PixelFormat::kNv12:
    case PixelFormat::kNv21:
    case PixelFormat::kYuv420:
    case PixelFormat::kYuyv:
    case PixelFormat::kUyvy:
      return true;
    default:
      return false;
  }
}

TJPF turbo_format(PixelFormat format) {
  switch (format) {
    case PixelFormat::kRgb24:
      return TJPF_RGB;
    case PixelFormat::kBgr24:
      return TJPF_BGR;
    case PixelFormat::kRgbx32:
      return TJPF_RGBX;
    case PixelFormat::kBgrx32:
      return TJPF_BGRX;
    default:
      return TJPF_GRAY;
  }
}

const std::uint8_t* samples(const Plane& plane) {
  return reinterpret_cast<const std::uint8_t*>(plane.bytes.data());
}

struct ChromaSize {
  int width;
  int height;
};

ChromaSize chroma_size(const FrameInfo& info) {
  return {(info.width_px + 1) / 2, (info.height_px + 1) / 2};
}

int stride(const Plane& plane) {
  return static_cast<int>(plane.stride_bytes);
}

}  // namespace

void TurboEncoder::CloseHandle::operator()(void* handle) const {
  tjDestroy(handle);
}

TurboEncoder::TurboEncoder(PixelFormat format, int quality_percent)
    : format_(format),
      quality_percent_(std::clamp(quality_percent, 1, 100)),
      handle_(tjInitCompress()) {}

boost::system::result<std::span<const std::byte>, EncodeError> TurboEncoder::encode(
    const Frame& frame) {
  const FrameInfo& info = frame.info();
  if (info.format != format_ || !planes_hold_the_picture(frame)) {
    return EncodeError::kWrongShape;
  }
  if (handle_ == nullptr) {
    return EncodeError::kFailed;
  }
  make_room(info.width_px, info.height_px);
  unsigned char* output = output_.get();
  unsigned long size = output_size_bytes_;
  int outcome = 0;
  if (is_yuv(format_)) {
    YuvPlanes planes = planar_yuv(frame);
    outcome = tjCompressFromYUVPlanes(handle_.get(), planes.rows.data(), info.width_px,
                                      planes.strides_bytes.data(), info.height_px, TJSAMP_420,
                                      &output, &size, quality_percent_, TJFLAG_NOREALLOC);
  } else {
    const Plane& plane = frame.planes()[0];
    const TJPF pixels = turbo_format(format_);
    outcome =
        tjCompress2(handle_.get(), samples(plane), info.width_px, stride(plane), info.height_px,
                    pixels, &output, &size, pixels == TJPF_GRAY ? TJSAMP_GRAY : TJSAMP_420,
                    quality_percent_, TJFLAG_NOREALLOC);
  }
  if (outcome != 0) {
    return EncodeError::kFailed;
  }
  return std::as_bytes(std::span(output_.get(), size));
}

void TurboEncoder::make_room(int width_px, int height_px) {
  if (width_px == width_px_ && height_px == height_px_) {
    return;
  }
  // Large enough for any content at any quality. Not initialised, so that what no picture ever
  // reaches takes no memory.
  output_size_bytes_ = tjBufSize(width_px, height_px, TJSAMP_420);
  output_ = std::make_unique_for_overwrite<unsigned char[]>(output_size_bytes_);
  for (std::vector<std::uint8_t>& plane : converted_) {
    plane = {};
  }
  width_px_ = width_px;
  height_px_ = height_px;
}

TurboEncoder::YuvPlanes TurboEncoder::planar_yuv(const Frame& frame) {
  const FrameInfo& info = frame.info();
  const std::span<const Plane> planes = frame.planes();
  auto& [y, u, v] = converted_;
  const ChromaSize chroma = chroma_size(info);
  const auto chroma_bytes =
      static_cast<std::size_t>(chroma.width) * static_cast<std::size_t>(chroma.height);

  YuvPlanes result;
  const auto take = [&result](std::size_t index, const std::uint8_t* rows, int stride_bytes) {
    result.rows[index] = rows;
    result.strides_bytes[index] = stride_bytes;
  };
  if (info.format == PixelFormat::kYuv420) {
    for (std::size_t i = 0; i < planes.size(); ++i) {
      take(i, samples(planes[i]), stride(planes[i]));
    }
  } else {
    u.resize(chroma_bytes);
    v.resize(chroma_bytes);
    take(1, u.data(), chroma.width);
    take(2, v.data(), chroma.width);
    if (info.format == PixelFormat::kNv12 || info.format == PixelFormat::kNv21) {
      take(0, samples(planes[0]), stride(planes[0]));
      const bool u_is_first = info.format == PixelFormat::kNv12;
      libyuv::SplitUVPlane(samples(planes[1]), stride(planes[1]), (u_is_first ? u : v).data(),
                           chroma.width, (u_is_first ? v : u).data(), chroma.width, chroma.width,
                           chroma.height);
    } else {
      y.resize(4 * chroma_bytes);
      take(0, y.data(), 2 * chroma.width);
      const auto convert =
          info.format == PixelFormat::kYuyv ? libyuv::YUY2ToI420 : libyuv::UYVYToI420;
      convert(samples(planes[0]), stride(planes[0]), y.data(), 2 * chroma.width, u.data(),
              chroma.width, v.data(), chroma.width, info.width_px, info.height_px);
    }
  }
  if (info.range == YuvRange::kLimited) {
    expand_to_full_range(result, info);
  }
  if (info.width_px % 2 != 0 || info.height_px % 2 != 0) {
    pad_luma_to_even_size(result, info);
  }
  return result;
}

void TurboEncoder::expand_to_full_range(YuvPlanes& planes, const FrameInfo& info) {
  const ChromaSize chroma = chroma_size(info);
  for (std::size_t i = 0; i < planes.rows.size(); ++i) {
    const auto expand = i == 0 ? expand_luma_to_full_range : expand_chroma_to_full_range;
    const auto width = static_cast<std::size_t>(i == 0 ? info.width_px : chroma.width);
    const auto height = static_cast<std::size_t>(i == 0 ? info.height_px : chroma.height);
    const int to_stride = i == 0 ? 2 * chroma.width : chroma.width;
    // A plane that was converted above has this size already, and is stretched in place.
    converted_[i].resize(static_cast<std::size_t>(to_stride) *
                         static_cast<std::size_t>(i == 0 ? 2 * chroma.height : chroma.height));
    const std::uint8_t* from = planes.rows[i];
    std::uint8_t* to = converted_[i].data();
    for (std::size_t row = 0; row < height; ++row) {
      expand({from, width}, to);
      from += planes.strides_bytes[i];
      to += to_stride;
    }
    planes.rows[i] = converted_[i].data();
    planes.strides_bytes[i] = to_stride;
  }
}

void TurboEncoder::pad_luma_to_even_size(YuvPlanes& planes, const FrameInfo& info) {
  const ChromaSize chroma = chroma_size(info);
  const auto width = static_cast<std::size_t>(info.width_px);
  const auto height = static_cast<std::size_t>(info.height_px);
  const auto even_width = 2 * static_cast<std::size_t>(chroma.width);
  const auto even_height = 2 * static_cast<std::size_t>(chroma.height);
  std::vector<std::uint8_t>& luma = converted_[0];
  luma.resize(even_width * even_height);
  if (planes.rows[0] != luma.data()) {
    libyuv::CopyPlane(planes.rows[0], planes.strides_bytes[0], luma.data(), 2 * chroma.width,
                      info.width_px, info.height_px);
  }
  if (even_width != width) {
    for (std::size_t row = 0; row < height; ++row) {
      luma[row * even_width + width] = luma[row * even_width + width - 1];
    }
  }
  if (even_height != height) {
    std::copy_n(luma.data() + (height - 1) * even_width, even_width,
                luma.data() + height * even_width);
  }
  planes.rows[0] = luma.data();
  planes.strides_bytes[0] = 2 * chroma.width;
}

}  // namespace freshframe
