#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "publish/image_type.h"

namespace freshframe {

/// A JPEG or PNG file whose bytes were taken for the letters of a text and written as UTF-8 again,
/// which nothing brings back.
std::optional<ImageType> type_of_file_in_utf8(std::span<const std::byte> bytes);

/// A sound JPEG or PNG image with something in front of it.
struct LaterImage {
  ImageType type = ImageType::kOther;
  std::size_t offset = 0;
};
std::optional<LaterImage> find_later_image(std::span<const std::byte> bytes);

}  // namespace freshframe
