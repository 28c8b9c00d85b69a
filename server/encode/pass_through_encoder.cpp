#include "encode/pass_through_encoder.h"

#include <cstdint>

#include "encode/jpeg_marker_walk.h"
#include "encode/standard_huffman_tables.h"

namespace freshframe {

namespace {

void append(std::vector<std::byte>& to, std::span<const std::byte> bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

void append_huffman_segment(std::vector<std::byte>& to, std::uint8_t wanted_tables) {
  std::size_t length = 2;
  for (const StandardHuffmanTable& table : standard_huffman_tables()) {
    length += (wanted_tables & table.bit) != 0 ? table.definition.size() : 0;
  }
  to.insert(to.end(), {std::byte{0xff}, std::byte{0xc4}, static_cast<std::byte>(length >> 8),
                       static_cast<std::byte>(length & 0xff)});
  for (const StandardHuffmanTable& table : standard_huffman_tables()) {
    if ((wanted_tables & table.bit) != 0) {
      append(to, std::as_bytes(table.definition));
    }
  }
}

}  // namespace

boost::system::result<std::span<const std::byte>, EncodeError> PassThroughEncoder::encode(
    const Frame& frame) {
  const FrameInfo& info = frame.info();
  if (info.format != PixelFormat::kMjpeg || frame.planes().size() != 1) {
    return EncodeError::kWrongShape;
  }
  const std::span<const std::byte> delivered = frame.planes()[0].bytes;
  const auto layout = walk_jpeg_markers(delivered);
  if (!layout) {
    return layout.error().kind == JpegFlaw::Kind::kTruncated ? EncodeError::kTruncated
                                                             : EncodeError::kForeign;
  }
  if (layout->width_px != info.width_px || layout->height_px != info.height_px) {
    return EncodeError::kWrongShape;
  }
  const std::span<const std::byte> image = delivered.first(layout->size_bytes);
  if (layout->missing_huffman_tables == 0) {
    return image;
  }
  completed_.clear();
  append(completed_, image.first(layout->first_scan_offset));
  append_huffman_segment(completed_, layout->missing_huffman_tables);
  append(completed_, image.subspan(layout->first_scan_offset));
  return std::span<const std::byte>(completed_);
}

}  // namespace freshframe
