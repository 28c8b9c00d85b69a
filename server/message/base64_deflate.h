#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "message/base64_code.h"

namespace freshframe {

/// The most bytes that deflate_base64() writes for `byte_count` bytes and a tail of `tail_size`:
/// what bytes need whose Base64 is nothing but the rare letter, and two bytes of padding. A picture
/// needs a seventh less.
constexpr std::size_t deflated_base64_size_most(std::size_t byte_count, std::size_t tail_size) {
  constexpr std::size_t kStoredBlockHead = 3;  // in bits; then to a whole byte
  constexpr std::size_t kLengths = 4;
  constexpr std::size_t kPadding = 2;
  constexpr std::size_t kLastBlock = 1;
  const std::size_t letters = (byte_count * 8 + 5) / 6;
  const std::size_t bits = base64_code::kBlockHead.bit_count +
                           letters * (base64_code::kUsualBits + 1) +
                           base64_code::kEndOfBlock.length + kStoredBlockHead;
  return (bits + 7) / 8 + kLengths + kPadding + tail_size + kLastBlock;
}

/// Writes DEFLATE blocks (RFC 1951) that inflate to `bytes` as Base64, padding included, and then
/// `tail`; returns their size. What was written begins and ends with a whole byte, and ends as the
/// last part of a permessage-deflate message does (RFC 7692, 7.2.1): behind an empty stored block
/// whose 00 00 FF FF are left out.
///
/// It takes no intermediate Base64 and reads `bytes` once. The blocks hold no references to what
/// was before, so they may stand behind anything in a stream, and in any number of streams. `out`
/// has room for deflated_base64_size_most(bytes.size(), tail.size()) bytes, all of which may be
/// overwritten; it does not overlap `bytes`. The tail has at most 65,533 bytes. Uses the widest
/// vectors this processor has. Thread-safe.
std::size_t deflate_base64(std::span<const std::byte> bytes, std::string_view tail, char* out);

}  // namespace freshframe
