#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "publish/image_refusal.h"
#include "publish/stated_image.h"

namespace freshframe {

/// An image that may be shown.
struct CheckedImage {
  /// The whole file and nothing behind it.
  std::span<const std::byte> bytes;
  /// "image/jpeg" or "image/png", as the file itself has it. Refers to static text.
  std::string_view mime;
  int width_px = 0;
  int height_px = 0;
};

/// The largest image that is taken: proto/publishing.md.
inline constexpr int kImageSideMost = 16384;
inline constexpr std::int64_t kImagePixelsMost = 67'108'864;

/// Looks at what publishers send, which nobody vouches for: JPEG and PNG files of sound structure
/// go on, everything else is refused with a sentence that says what it is and what to send instead.
///
/// A result's bytes lie in what was checked or in this object, and stay valid until the next call
/// or the end of either. The object keeps the memory that its largest text needed. One thread at a
/// time.
class ImageCheck {
 public:
  using Result = boost::system::result<CheckedImage, ImageRefusal>;

  /// Of a way that carries bytes: the file itself.
  Result check_file(std::span<const std::byte> bytes, const StatedImage& stated);

  /// Of a way that carries text: JSON's `data`, without its escapes. Base64, or a data URI of it.
  Result check_text(std::string_view data, const StatedImage& stated);

 private:
  std::vector<std::byte> decoded_;
  std::vector<std::byte> completed_;
};

}  // namespace freshframe
