#include "encode/complete_jpeg.h"

#include <cstdint>

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

std::span<const std::byte> complete_jpeg(std::span<const std::byte> bytes, const JpegLayout& layout,
                                         std::vector<std::byte>& completed) {
  const std::span<const std::byte> image = bytes.first(layout.size_bytes);
  if (layout.missing_huffman_tables == 0) {
    return image;
  }
  completed.clear();
  append(completed, image.first(layout.first_scan_offset));
  append_huffman_segment(completed, layout.missing_huffman_tables);
  append(completed, image.subspan(layout.first_scan_offset));
  return completed;
}

}  // namespace freshframe
