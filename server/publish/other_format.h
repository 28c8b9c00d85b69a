#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace freshframe {

/// A kind of file that is neither JPEG nor PNG.
struct OtherFormat {
  enum class Kind {
    kImage,
    kFilm,
    kArray,
    kArchive,
    kDocument,
  };
  /// With its article: "a BMP image". Refers to static text.
  std::string_view name;
  Kind kind = Kind::kImage;
};

/// By a beginning that nothing else has.
std::optional<OtherFormat> recognise_format(std::span<const std::byte> bytes);

/// By a beginning that pixels can have by chance too.
std::optional<OtherFormat> guess_format(std::span<const std::byte> bytes);

}  // namespace freshframe
