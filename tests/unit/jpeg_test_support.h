#pragma once

#include <turbojpeg.h>

#include <cmath>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <vector>

namespace freshframe {

/// An 8-bit RGB picture.
struct RgbPicture {
  int width_px = 0;
  int height_px = 0;
  std::vector<std::uint8_t> samples;

  std::size_t offset(int x, int y) const {
    return 3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_px) +
                static_cast<std::size_t>(x));
  }
};

/// A picture without hard edges, in which red, green, blue and brightness all differ from place to
/// place, so that swapped channels, rows or columns are far off.
inline RgbPicture smooth_picture(int width_px, int height_px) {
  RgbPicture picture{width_px, height_px, {}};
  for (int y = 0; y < height_px; ++y) {
    for (int x = 0; x < width_px; ++x) {
      const double across = (x + 0.5) / width_px;
      const double down = (y + 0.5) / height_px;
      for (const double value :
           {220 - 150 * down, 40 + 170 * across, 128 + 90 * std::sin(3 * across + 2 * down)}) {
        picture.samples.push_back(static_cast<std::uint8_t>(std::lround(value)));
      }
    }
  }
  return picture;
}

inline RgbPicture decode_rgb(std::span<const std::byte> jpeg) {
  const std::unique_ptr<void, int (*)(void*)> decoder(tjInitDecompress(), tjDestroy);
  const auto* bytes = reinterpret_cast<const unsigned char*>(jpeg.data());
  RgbPicture picture;
  int subsampling = 0;
  int colour_space = 0;
  if (tjDecompressHeader3(decoder.get(), bytes, jpeg.size(), &picture.width_px, &picture.height_px,
                          &subsampling, &colour_space) != 0) {
    throw std::runtime_error(tjGetErrorStr2(decoder.get()));
  }
  picture.samples.resize(picture.offset(0, picture.height_px));
  // Warnings, such as "premature end", count as errors here.
  if (tjDecompress2(decoder.get(), bytes, jpeg.size(), picture.samples.data(), picture.width_px, 0,
                    picture.height_px, TJPF_RGB, TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING) != 0) {
    throw std::runtime_error(tjGetErrorStr2(decoder.get()));
  }
  return picture;
}

/// What a JPEG image decodes to before its chroma is made larger and its colours are converted: Y,
/// and U and V where it has them, one behind the other.
inline std::vector<std::uint8_t> decode_yuv(std::span<const std::byte> jpeg) {
  const std::unique_ptr<void, int (*)(void*)> decoder(tjInitDecompress(), tjDestroy);
  const auto* bytes = reinterpret_cast<const unsigned char*>(jpeg.data());
  int width = 0;
  int height = 0;
  int subsampling = 0;
  int colour_space = 0;
  if (tjDecompressHeader3(decoder.get(), bytes, jpeg.size(), &width, &height, &subsampling,
                          &colour_space) != 0) {
    throw std::runtime_error(tjGetErrorStr2(decoder.get()));
  }
  std::vector<std::uint8_t> planes(tjBufSizeYUV2(width, 1, height, subsampling));
  if (tjDecompressToYUV2(decoder.get(), bytes, jpeg.size(), planes.data(), width, 1, height,
                         TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING) != 0) {
    throw std::runtime_error(tjGetErrorStr2(decoder.get()));
  }
  return planes;
}

inline std::vector<std::byte> encode_rgb(const RgbPicture& picture, int subsampling = TJSAMP_420,
                                         int flags = 0) {
  const std::unique_ptr<void, int (*)(void*)> encoder(tjInitCompress(), tjDestroy);
  unsigned char* output = nullptr;
  unsigned long size = 0;
  if (tjCompress2(encoder.get(), picture.samples.data(), picture.width_px, 0, picture.height_px,
                  TJPF_RGB, &output, &size, subsampling, 85, flags) != 0) {
    throw std::runtime_error(tjGetErrorStr2(encoder.get()));
  }
  const auto* bytes = reinterpret_cast<const std::byte*>(output);
  std::vector<std::byte> jpeg(bytes, bytes + size);
  tjFree(output);
  return jpeg;
}

/// Peak signal to noise ratio in decibels; infinite for equal pictures.
inline double psnr_db(const RgbPicture& a, const RgbPicture& b) {
  if (a.samples.size() != b.samples.size() || a.width_px != b.width_px) {
    return 0;
  }
  double squares = 0;
  for (std::size_t i = 0; i < a.samples.size(); ++i) {
    squares += std::pow(static_cast<double>(a.samples[i]) - b.samples[i], 2);
  }
  return 10 * std::log10(255.0 * 255.0 * static_cast<double>(a.samples.size()) / squares);
}

}  // namespace freshframe
