#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace freshframe {

/// The header of one whole, unmasked WebSocket message in a single frame, as a server sends it.
/// Source: RFC 6455, section 5.2.
class FrameHeader {
 public:
  enum class Kind : std::uint8_t { kText = 0x1, kBinary = 0x2 };

  /// `is_compressed`: by permessage-deflate (RSV1: RFC 7692, section 6).
  FrameHeader(Kind kind, std::size_t payload_bytes, bool is_compressed = false) {
    constexpr unsigned kIsLastFragment = 0x80;
    constexpr unsigned kIsCompressed = 0x40;
    push(kIsLastFragment | (is_compressed ? kIsCompressed : 0) | static_cast<unsigned>(kind));
    if (payload_bytes <= kMostInSevenBits) {
      push(payload_bytes);
    } else if (payload_bytes <= kMostInSixteenBits) {
      push(kSixteenBitsFollow);
      push_big_endian(payload_bytes, 2);
    } else {
      push(kSixtyFourBitsFollow);
      push_big_endian(payload_bytes, 8);
    }
  }

  /// Valid as long as this object stays where it is.
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  static constexpr std::size_t kMostInSevenBits = 125;
  static constexpr std::size_t kMostInSixteenBits = 0xFFFF;
  static constexpr unsigned kSixteenBitsFollow = 126;
  static constexpr unsigned kSixtyFourBitsFollow = 127;

  void push(std::uint64_t byte) { bytes_[size_++] = static_cast<char>(byte & 0xFF); }

  void push_big_endian(std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      push(value >> shift);
    }
  }

  std::array<char, 10> bytes_{};
  std::size_t size_ = 0;
};

}  // namespace freshframe
