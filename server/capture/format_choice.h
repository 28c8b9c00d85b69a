#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/pixel_format.h"
#include "capture/size.h"

namespace freshframe {

/// Every size between two bounds, in steps of at least one pixel.
struct SizeRange {
  Size smallest;
  Size largest;
  int width_step_px = 1;
  int height_step_px = 1;

  bool contains(Size size) const;
};

/// A format that a camera offers, and in which sizes.
struct FormatOffer {
  PixelFormat format = PixelFormat::kMjpeg;
  std::vector<Size> sizes;
  /// Present where the camera scales freely; `sizes` are then examples.
  std::optional<SizeRange> range;

  bool has(Size size) const;
};

struct FormatChoice {
  PixelFormat format = PixelFormat::kMjpeg;
  Size size;
  friend bool operator==(const FormatChoice&, const FormatChoice&) = default;
};

/// Chooses what to ask of a camera.
///
/// What is given is taken or refused (kMisconfigured, with what the camera offers). The size
/// left open is 1280x720, or the nearest the camera has within 1920x1080. The format left open is
/// the one that costs least to make a JPEG of, among those the camera has in that size.
Result<FormatChoice> choose_format(std::span<const FormatOffer> offers, std::optional<Size> size,
                                   std::optional<PixelFormat> format);

/// "mjpeg 1280x720, 640x480; yuyv 640x480"
std::string describe_offers(std::span<const FormatOffer> offers);

/// "1280x720"
std::string to_string(Size size);

}  // namespace freshframe
