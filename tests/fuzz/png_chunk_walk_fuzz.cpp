#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "encode/png_chunk_walk.h"

#include "check.h"

namespace {

std::uint32_t integer_at(const std::vector<std::uint8_t>& bytes, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value = value << 8U | bytes[offset + i];
  }
  return value;
}

/// Gives each chunk its right checksum, or next to no change would come past the first.
void mend_checksums(std::vector<std::uint8_t>& bytes) {
  for (std::size_t chunk = 8; bytes.size() >= chunk + 12;) {
    const std::size_t length = integer_at(bytes, chunk);
    if (length > bytes.size() - chunk - 12) {
      return;
    }
    const auto checksum = crc32(0, bytes.data() + chunk + 4, static_cast<uInt>(4 + length));
    chunk += 8 + length;
    for (unsigned shift = 32; shift > 0; shift -= 8) {
      bytes[chunk++] = static_cast<std::uint8_t>(checksum >> (shift - 8) & 255U);
    }
  }
}

void check_walk(std::span<const std::uint8_t> data) {
  using freshframe::PngFlaw;
  using freshframe::walk_png_chunks;
  const auto bytes = std::as_bytes(data);
  const auto layout = walk_png_chunks(bytes);
  if (!layout) {
    check(layout.error().offset <= bytes.size() && !layout.error().what.empty());
    return;
  }
  check(layout->size_bytes <= bytes.size() && layout->width_px > 0 && layout->height_px > 0);

  // The image alone is accepted too, and all that is shorter is cut short.
  const auto alone = walk_png_chunks(bytes.first(layout->size_bytes));
  check(alone.has_value() && alone->size_bytes == layout->size_bytes);
  const auto shorter = walk_png_chunks(bytes.first(layout->size_bytes - 1));
  check(shorter.has_error() && shorter.error().kind == PngFlaw::Kind::kTruncated);
}

}  // namespace

// The walk over a publisher's PNG: whatever the bytes are, what is accepted keeps the header's
// promises. The bytes as they are, and with right checksums.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_walk(std::span(data, size));
  std::vector<std::uint8_t> mended(data, data + size);
  mend_checksums(mended);
  check_walk(mended);
  return 0;
}
