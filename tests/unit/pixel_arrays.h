#pragma once

#include <cstddef>
#include <cstring>
#include <random>
#include <vector>

namespace freshframe {

/// A picture's array: slopes of which each channel has its own, some edges, a camera's noise, and
/// 255 in a fourth channel.
inline std::vector<std::byte> picture_pixels(int width_px, int height_px, int channels) {
  std::mt19937 random(7);
  std::vector<std::byte> bytes;
  for (int y = 0; y < height_px; ++y) {
    for (int x = 0; x < width_px; ++x) {
      for (int channel = 0; channel < channels; ++channel) {
        const int slope = channel == 0   ? 200 * x / width_px
                          : channel == 1 ? 200 - 150 * y / height_px
                                         : 100 * (x + y) / (width_px + height_px);
        const int edge = (x * 5 / width_px + y * 4 / height_px) % 2 * 40;
        const int value = channel == 3 ? 255 : slope + edge + static_cast<int>(random() % 5);
        bytes.push_back(static_cast<std::byte>(value));
      }
    }
  }
  return bytes;
}

/// The same as numbers of several bytes, each `scale` times as great.
template <class Number>
std::vector<std::byte> float_pixels(int width_px, int height_px, int channels, Number scale) {
  const std::vector<std::byte> pixels = picture_pixels(width_px, height_px, channels);
  std::vector<std::byte> bytes(pixels.size() * sizeof(Number));
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const Number number = static_cast<Number>(std::to_integer<int>(pixels[i])) * scale;
    std::memcpy(bytes.data() + i * sizeof(Number), &number, sizeof(Number));
  }
  return bytes;
}

}  // namespace freshframe
