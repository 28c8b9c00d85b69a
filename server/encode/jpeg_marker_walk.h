#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <boost/system/result.hpp>

namespace freshframe {

/// Why some bytes are not a JPEG image to pass on.
struct JpegFlaw {
  enum class Kind {
    kTruncated,  // a good beginning, but the bytes end before the image does
    kForeign,    // no JPEG, one that browsers do not show, or one that is broken inside
  };
  Kind kind = Kind::kForeign;
  /// What is wrong, for a log line. Refers to static text.
  std::string_view what;
  /// Where in the bytes it was noticed.
  std::size_t offset = 0;
};

/// What a walk over the markers of one JPEG image found.
struct JpegLayout {
  /// From SOI to EOI, both included; what the buffer holds behind it is not part of the image.
  std::size_t size_bytes = 0;
  int width_px = 0;
  int height_px = 0;
  /// 1 (grey) or 3.
  int component_count = 0;
  bool progressive = false;
  /// Where the marker of the first scan (SOS) begins: tables that the image lacks go in front of
  /// it.
  std::size_t first_scan_offset = 0;
  /// The Huffman tables that a scan uses and nothing defines, as webcams leave out the standard
  /// ones. A set of `kDcLuminance`... bits of encode/standard_huffman_tables.h.
  std::uint8_t missing_huffman_tables = 0;
};

/// Checks the structure of the JPEG image at the beginning of `bytes`, which nobody vouches for, in
/// one pass: marker order, segment lengths, tables and dimensions; in the entropy-coded data only
/// the byte stuffing and the order of restart markers. Accepts what browsers show: Huffman-coded
/// baseline, extended sequential and progressive, 8 bits, one or three components.
///
/// Thread-safe. Source: ITU-T T.81, annex B.
boost::system::result<JpegLayout, JpegFlaw> walk_jpeg_markers(std::span<const std::byte> bytes);

}  // namespace freshframe
