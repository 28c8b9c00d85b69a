#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <boost/system/result.hpp>

namespace freshframe {

/// Why some bytes are not a PNG image to pass on.
struct PngFlaw {
  enum class Kind {
    kTruncated,  // a good beginning, but the bytes end before the image does
    kForeign,    // no PNG, or one that is broken inside
  };
  Kind kind = Kind::kForeign;
  /// What is wrong, for a log line. Refers to static text.
  std::string_view what;
  /// Where in the bytes it was noticed.
  std::size_t offset = 0;
};

/// What a walk over the chunks of one PNG image found.
struct PngLayout {
  /// From the signature to the end of IEND; what the buffer holds behind it is not part of the
  /// image.
  std::size_t size_bytes = 0;
  int width_px = 0;
  int height_px = 0;
};

/// Checks the structure of the PNG image at the beginning of `bytes`, which nobody vouches for, in
/// one pass: the signature, each chunk's length, name and checksum, the header's values, and the
/// order of the chunks without which there is no picture. Ancillary chunks are passed over, those
/// of animations too; the compressed picture data is not decompressed.
///
/// Thread-safe. Source: W3C, Portable Network Graphics (third edition), sections 5 and 11.
boost::system::result<PngLayout, PngFlaw> walk_png_chunks(std::span<const std::byte> bytes);

}  // namespace freshframe
