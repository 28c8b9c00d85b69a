#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace freshframe {

/// One Huffman table as it stands in a DHT segment: class and id, 16 counts, the symbols.
struct StandardHuffmanTable {
  /// The table's bit in `JpegLayout::missing_huffman_tables`.
  std::uint8_t bit;
  std::span<const std::uint8_t> definition;
};

inline constexpr std::uint8_t kDcLuminance = 1;    // class 0, id 0
inline constexpr std::uint8_t kDcChrominance = 2;  // class 0, id 1
inline constexpr std::uint8_t kAcLuminance = 4;    // class 1, id 0
inline constexpr std::uint8_t kAcChrominance = 8;  // class 1, id 1

/// The "typical" tables of ITU-T T.81, K.3.3, which Motion JPEG takes for granted.
std::span<const StandardHuffmanTable> standard_huffman_tables();

}  // namespace freshframe
