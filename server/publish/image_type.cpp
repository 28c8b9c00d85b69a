#include "publish/image_type.h"

#include <algorithm>
#include <array>

#include "publish/ascii_text.h"

namespace freshframe {

namespace {

template <std::size_t Size>
bool begins_with(std::span<const std::byte> bytes, const std::array<unsigned, Size>& signature) {
  const std::size_t compared = std::min(bytes.size(), Size);
  return compared >= 2 && std::equal(signature.begin(), signature.begin() + compared, bytes.begin(),
                                     [](unsigned wanted, std::byte byte) {
                                       return wanted == std::to_integer<unsigned>(byte);
                                     });
}

}  // namespace

ImageType type_of_file(std::span<const std::byte> bytes) {
  // Of PNG's eight bytes, those that stay when a transfer takes the file for text: it is then a
  // broken PNG.
  constexpr std::array<unsigned, 3> kJpeg = {0xff, 0xd8, 0xff};
  constexpr std::array<unsigned, 4> kPng = {0x89, 'P', 'N', 'G'};
  if (begins_with(bytes, kJpeg)) {
    return ImageType::kJpeg;
  }
  return begins_with(bytes, kPng) ? ImageType::kPng : ImageType::kOther;
}

ImageType type_of_mime(std::string_view mime) {
  const std::string_view type = trimmed(mime.substr(0, mime.find(';')));
  for (const std::string_view jpeg : {"image/jpeg", "image/jpg", "image/pjpeg"}) {
    if (equal_but_for_case(type, jpeg)) {
      return ImageType::kJpeg;
    }
  }
  for (const std::string_view png : {"image/png", "image/x-png", "image/apng"}) {
    if (equal_but_for_case(type, png)) {
      return ImageType::kPng;
    }
  }
  return ImageType::kOther;
}

std::string_view mime_of(ImageType type) {
  switch (type) {
    case ImageType::kJpeg:
      return "image/jpeg";
    case ImageType::kPng:
      return "image/png";
    case ImageType::kOther:
      break;
  }
  return {};
}

std::string_view name_of(ImageType type) {
  switch (type) {
    case ImageType::kJpeg:
      return "JPEG";
    case ImageType::kPng:
      return "PNG";
    case ImageType::kOther:
      break;
  }
  return {};
}

}  // namespace freshframe
