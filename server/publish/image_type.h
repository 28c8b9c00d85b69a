#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace freshframe {

/// What an image file is, or is said to be.
enum class ImageType {
  kJpeg,
  kPng,
  kOther,
};

/// By the first bytes alone. A file that is shorter than they are counts when it begins like them
/// and has two of them, so that it can be called cut short.
ImageType type_of_file(std::span<const std::byte> bytes);

/// Of a media type such as "image/jpeg", in letters of either case and with or without parameters.
/// The names that were in use before it was registered count: image/jpg, image/pjpeg, image/x-png.
ImageType type_of_mime(std::string_view mime);

/// "image/jpeg" or "image/png"; empty for kOther.
std::string_view mime_of(ImageType type);

/// "JPEG" or "PNG"; empty for kOther.
std::string_view name_of(ImageType type);

}  // namespace freshframe
