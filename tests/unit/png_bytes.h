#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "jpeg_bytes.h"

namespace freshframe {

/// PNG images put together by hand, chunk by chunk.
inline Bytes png_integer(std::uint32_t value) {
  return bytes_of({value >> 24U & 255U, value >> 16U & 255U, value >> 8U & 255U, value & 255U});
}

inline Bytes png_signature() {
  return bytes_of({0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
}

/// Length, name, content, the right checksum.
inline Bytes png_chunk(std::string_view name, const Bytes& content) {
  Bytes checked;
  for (const char letter : name) {
    checked.push_back(static_cast<std::byte>(letter));
  }
  checked = checked + content;
  const auto checksum = static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<uInt>(checked.size())));
  return png_integer(static_cast<std::uint32_t>(content.size())) + checked + png_integer(checksum);
}

inline Bytes png_header(unsigned colour_type = 0, unsigned depth = 8, std::uint32_t width_px = 16,
                        std::uint32_t height_px = 16, unsigned interlace = 0) {
  return png_chunk("IHDR", png_integer(width_px) + png_integer(height_px) +
                               bytes_of({depth, colour_type, 0, 0, interlace}));
}

inline Bytes png_palette(std::size_t entries) {
  return png_chunk("PLTE", Bytes(3 * entries, std::byte{7}));
}

/// The compressed data is not looked at, so any will do.
inline Bytes png_data() {
  return png_chunk("IDAT", bytes_of({0x78, 0x9c, 1, 2, 3}));
}

inline Bytes png_end() {
  return png_chunk("IEND", {});
}

inline Bytes png_image() {
  return png_signature() + png_header() + png_data() + png_end();
}

}  // namespace freshframe
