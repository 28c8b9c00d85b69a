#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace freshframe {

/// Writes a stream of bits, the first byte's lowest first, as DEFLATE has it (RFC 1951, 3.1.1).
///
/// It writes 8 bytes at a time: up to 8 bytes from the byte of the first bit that is put are
/// overwritten, so so many must be there.
class BitWriter {
 public:
  static_assert(std::endian::native == std::endian::little, "the lowest byte is stored first");

  explicit BitWriter(char* out) : at_(out) {}

  /// Appends the lowest `count` bits of `bits`, 56 at most; those above are 0.
  void put(std::uint64_t bits, unsigned count) {
    pending_ |= bits << pending_count_;
    std::memcpy(at_, &pending_, sizeof(pending_));
    const unsigned whole = pending_count_ + count;
    at_ += whole / 8;
    pending_ >>= whole / 8 * 8;
    pending_count_ = whole % 8;
  }

  /// Where the next byte goes. The bits of the last one that were not put are zeros.
  char* next_byte() const { return pending_count_ == 0 ? at_ : at_ + 1; }

 private:
  char* at_;
  std::uint64_t pending_ = 0;
  unsigned pending_count_ = 0;
};

}  // namespace freshframe
