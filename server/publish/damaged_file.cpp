#include "publish/damaged_file.h"

#include <algorithm>
#include <string_view>

#include "encode/jpeg_marker_walk.h"
#include "encode/png_chunk_walk.h"
#include "publish/ascii_text.h"

namespace freshframe {

using namespace std::string_view_literals;

std::optional<ImageType> type_of_file_in_utf8(std::span<const std::byte> bytes) {
  // Of FF D8 FF and 89 50 4E 47: as Latin-1, and with U+FFFD for what is no UTF-8.
  const std::string_view text = as_text(bytes);
  if (text.starts_with("\xc3\xbf\xc3\x98\xc3\xbf"sv) ||
      text.starts_with("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"sv)) {
    return ImageType::kJpeg;
  }
  if (text.starts_with("\xc2\x89PNG"sv) || text.starts_with("\xef\xbf\xbdPNG"sv)) {
    return ImageType::kPng;
  }
  return std::nullopt;
}

std::optional<LaterImage> find_later_image(std::span<const std::byte> bytes) {
  // What people put in front, a length or a head, is short; in a film of JPEGs there is one
  // somewhere as well.
  constexpr std::size_t kLooked = 1024;
  const std::string_view text = as_text(bytes.first(std::min(bytes.size(), kLooked)));
  for (std::size_t at = 1; at < text.size(); ++at) {
    const std::string_view here = text.substr(at);
    if (here.starts_with("\xff\xd8\xff"sv) && walk_jpeg_markers(bytes.subspan(at))) {
      return LaterImage{ImageType::kJpeg, at};
    }
    if (here.starts_with("\x89PNG\r\n"sv) && walk_png_chunks(bytes.subspan(at))) {
      return LaterImage{ImageType::kPng, at};
    }
  }
  return std::nullopt;
}

}  // namespace freshframe
