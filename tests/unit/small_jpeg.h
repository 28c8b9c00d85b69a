#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>

namespace freshframe {

/// A whole grey JPEG as a publisher sends it, put together by hand. Its width tells it from others.
inline std::string small_jpeg(unsigned width_px = 16) {
  const auto bytes = [](std::initializer_list<unsigned> values) {
    std::string made;
    for (const unsigned value : values) {
      made += static_cast<char>(value);
    }
    return made;
  };
  const std::string one_code = bytes({1}) + std::string(15, '\0') + bytes({0});
  return bytes({0xff, 0xd8}) +                                    // start of image
         bytes({0xff, 0xdb, 0, 67, 0}) + std::string(64, '\1') +  // quantisation table
         bytes({0xff, 0xc0, 0, 11, 8, 0, 16, width_px >> 8, width_px & 0xff, 1, 1, 0x11, 0}) +
         bytes({0xff, 0xc4, 0, 20, 0x00}) + one_code +                 // Huffman tables
         bytes({0xff, 0xc4, 0, 20, 0x10}) + one_code +                 //
         bytes({0xff, 0xda, 0, 8, 1, 1, 0x00, 0, 63, 0}) +             // start of scan
         bytes({0x12, 0x34, 0xff, 0x00, 0x56}) + bytes({0xff, 0xd9});  // the picture, the end
}

/// The same with more picture data, `size` bytes in all.
inline std::string large_jpeg(std::size_t size, unsigned width_px = 16) {
  std::string jpeg = small_jpeg(width_px);
  jpeg.insert(jpeg.size() - 2, size - jpeg.size(), '\x55');
  return jpeg;
}

}  // namespace freshframe
