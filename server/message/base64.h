#pragma once

#include <cstddef>
#include <span>

namespace freshframe {

/// How many letters Base64 needs for `byte_count` bytes, the padding included.
constexpr std::size_t base64_size(std::size_t byte_count) {
  return (byte_count + 2) / 3 * 4;
}

/// Writes `bytes` as Base64 (RFC 4648, section 4: with padding, without line breaks) to `out`,
/// which has room for base64_size(bytes.size()) letters. Uses the widest vectors this processor
/// has. Thread-safe.
void base64_encode(std::span<const std::byte> bytes, char* out);

}  // namespace freshframe
