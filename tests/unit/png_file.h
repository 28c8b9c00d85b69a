#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace freshframe {

/// A grey PNG file of this size as far as its structure tells: the samples are not looked at.
inline std::string png_file(std::uint32_t width_px, std::uint32_t height_px) {
  const auto integer = [](std::uint64_t value) {
    std::string bytes;
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
      bytes += static_cast<char>(value >> shift & 0xff);
    }
    return bytes;
  };
  const auto chunk = [&](std::string_view name, std::string_view content) {
    const std::string named = std::string(name) + std::string(content);
    const auto check =
        crc32(0, reinterpret_cast<const Bytef*>(named.data()), static_cast<uInt>(named.size()));
    return integer(content.size()) + named + integer(check);
  };
  using namespace std::string_view_literals;
  return "\x89PNG\r\n\x1a\n" +
         chunk("IHDR", integer(width_px) + integer(height_px) + std::string("\x08\0\0\0\0"sv)) +
         chunk("IDAT", "what nobody inflates") + chunk("IEND", "");
}

}  // namespace freshframe
