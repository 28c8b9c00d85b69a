#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "capture/size.h"

namespace freshframe {

/// How an array of pixels may lie in memory.
struct RawPixels {
  enum class Kind {
    kBytes,       // one for each channel
    kYuv420,      // three for each two pixels, in planes
    kTwoBytes,    // two for each pixel
    kUnitFloats,  // numbers of 0 to 1
    kFloats,      // other numbers of several bytes
  };
  Size size;
  Kind kind = Kind::kBytes;
  /// "", "float32 " or "float64 ". Refers to static text, as the next does.
  std::string_view number;
  /// "BGR", "grey", ...
  std::string_view channels;
};

/// What `bytes` are when they are an array of this size. Nothing when no array of it has their
/// length.
std::optional<RawPixels> fit_pixels(std::span<const std::byte> bytes, Size size);

/// As above, for the sizes that cameras, screens and neural networks have. Where several fit, it is
/// the one in which neighbours are most alike; where that does not tell either, three channels come
/// first, then four, then one.
std::optional<RawPixels> fit_common_pixels(std::span<const std::byte> bytes);

/// Whether neighbours are alike, as in pictures and hardly ever in anything compressed.
bool look_like_pixels(std::span<const std::byte> bytes);

}  // namespace freshframe
