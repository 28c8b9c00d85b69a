#include "net/deflated_messages.h"

#include <algorithm>
#include <cassert>

namespace freshframe {

namespace {

constexpr std::uint8_t kIsCompressed = 0x40;
constexpr std::uint8_t kOpcode = 0x0F;
constexpr std::uint8_t kText = 0x1;
constexpr std::uint8_t kBinary = 0x2;
constexpr std::uint8_t kIsMasked = 0x80;
constexpr std::uint8_t kSixteenBitsFollow = 126;
constexpr std::uint8_t kSixtyFourBitsFollow = 127;

}  // namespace

void DeflatedMessages::pass(std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    if (payload_left_ > 0) {
      const auto skipped =
          static_cast<std::size_t>(std::min<std::uint64_t>(payload_left_, bytes.size()));
      payload_left_ -= skipped;
      bytes = bytes.subspan(skipped);
      continue;
    }
    if (header_bytes_ == 0) {
      begin_frame(bytes.front());
    }
    header_[header_bytes_++] = bytes.front();
    bytes = bytes.subspan(1);
    if (header_bytes_ >= 2 && header_bytes_ == header_size()) {
      payload_left_ = payload_size();
      header_bytes_ = 0;
    }
  }
}

Deflated DeflatedMessages::take_deflated() {
  assert(!deflated_.empty());
  const Deflated deflated = deflated_.front();
  deflated_.erase(deflated_.begin());
  return deflated;
}

void DeflatedMessages::begin_frame(std::uint8_t& first_byte) {
  const std::uint8_t opcode = first_byte & kOpcode;
  if (opcode != kText && opcode != kBinary) {
    return;
  }
  const bool is_compressed = (first_byte & kIsCompressed) != 0;
  deflated_.push_back(!is_compressed    ? Deflated::kNot
                      : opcode == kText ? Deflated::kText
                                        : Deflated::kBinary);
  if (is_compressed) {
    first_byte = static_cast<std::uint8_t>((first_byte & ~(kIsCompressed | kOpcode)) | kBinary);
  }
}

std::size_t DeflatedMessages::length_bytes() const {
  const std::uint8_t length = header_[1] & ~kIsMasked;
  return length == kSixteenBitsFollow ? 2 : length == kSixtyFourBitsFollow ? 8 : 0;
}

std::size_t DeflatedMessages::header_size() const {
  return 2 + length_bytes() + ((header_[1] & kIsMasked) != 0 ? 4 : 0);
}

std::uint64_t DeflatedMessages::payload_size() const {
  const std::size_t more = length_bytes();
  std::uint64_t size = more == 0 ? header_[1] & ~kIsMasked : 0;
  for (std::size_t i = 2; i < 2 + more; ++i) {
    size = size << 8 | header_[i];
  }
  return size;
}

}  // namespace freshframe
