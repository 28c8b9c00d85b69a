#include "capture/libcamera_formats.h"

#include <algorithm>
#include <array>
#include <utility>

#include <libcamera/formats.h>
#include <libcamera/geometry.h>

namespace freshframe {
namespace {

// libcamera names RGB formats as DRM does, from the most significant byte of a little-endian word
// down; Freshframe by the order in memory. Alpha is treated as padding.
const std::array kNames = {
    std::pair{libcamera::formats::MJPEG, PixelFormat::kMjpeg},
    std::pair{libcamera::formats::NV12, PixelFormat::kNv12},
    std::pair{libcamera::formats::NV21, PixelFormat::kNv21},
    std::pair{libcamera::formats::YUV420, PixelFormat::kYuv420},
    std::pair{libcamera::formats::YUYV, PixelFormat::kYuyv},
    std::pair{libcamera::formats::UYVY, PixelFormat::kUyvy},
    std::pair{libcamera::formats::BGR888, PixelFormat::kRgb24},
    std::pair{libcamera::formats::RGB888, PixelFormat::kBgr24},
    std::pair{libcamera::formats::XBGR8888, PixelFormat::kRgbx32},
    std::pair{libcamera::formats::ABGR8888, PixelFormat::kRgbx32},
    std::pair{libcamera::formats::XRGB8888, PixelFormat::kBgrx32},
    std::pair{libcamera::formats::ARGB8888, PixelFormat::kBgrx32},
    std::pair{libcamera::formats::R8, PixelFormat::kGrey8},
};

Size from_libcamera(const libcamera::Size& size) {
  return {static_cast<int>(size.width), static_cast<int>(size.height)};
}

std::optional<SizeRange> free_range(const libcamera::SizeRange& range) {
  // Steps of 0 mean that libcamera drew the range around separate sizes.
  if (range.min == range.max || range.hStep == 0 || range.vStep == 0) {
    return std::nullopt;
  }
  return SizeRange{from_libcamera(range.min), from_libcamera(range.max),
                   static_cast<int>(range.hStep), static_cast<int>(range.vStep)};
}

}  // namespace

std::optional<PixelFormat> from_libcamera(const libcamera::PixelFormat& format) {
  for (const auto& [theirs, ours] : kNames) {
    if (theirs == format) {
      return ours;
    }
  }
  return std::nullopt;
}

std::optional<libcamera::PixelFormat> to_libcamera(
    PixelFormat format, const std::vector<libcamera::PixelFormat>& offered) {
  for (const auto& [theirs, ours] : kNames) {
    if (ours == format && std::find(offered.begin(), offered.end(), theirs) != offered.end()) {
      return theirs;
    }
  }
  return std::nullopt;
}

std::vector<Size> listed_sizes(const libcamera::StreamFormats& formats,
                               const libcamera::PixelFormat& format) {
  std::vector<Size> sizes;
  for (const libcamera::Size& size : formats.sizes(format)) {
    sizes.push_back(from_libcamera(size));
  }
  return sizes;
}

std::vector<FormatOffer> usable_offers(const libcamera::StreamFormats& formats) {
  const std::vector<libcamera::PixelFormat> offered = formats.pixelformats();
  std::vector<FormatOffer> offers;
  for (const auto& [theirs, ours] : kNames) {
    // clang 14 captures no structured binding by name alone.
    const bool is_known =
        std::any_of(offers.begin(), offers.end(),
                    [format = ours](const FormatOffer& offer) { return offer.format == format; });
    if (!is_known && std::find(offered.begin(), offered.end(), theirs) != offered.end()) {
      offers.push_back({ours, listed_sizes(formats, theirs), free_range(formats.range(theirs))});
    }
  }
  return offers;
}

}  // namespace freshframe
