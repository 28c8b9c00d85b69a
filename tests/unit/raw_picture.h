#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "capture/frame.h"
#include "encode/plane_shapes.h"

#include "guarded_bytes.h"
#include "jpeg_test_support.h"

namespace freshframe {

/// A picture laid out as a camera would, each plane in memory that ends where its last sample does.
class RawPicture {
 public:
  RawPicture(const RgbPicture& rgb, PixelFormat format, std::size_t padding_bytes = 0,
             YuvRange range = YuvRange::kFull)
      : rgb_(rgb), range_(range) {
    info_.width_px = rgb.width_px;
    info_.height_px = rgb.height_px;
    info_.format = format;
    info_.range = range;
    const PlaneShapes shapes = plane_shapes(format, rgb.width_px, rgb.height_px);
    for (std::size_t i = 0; i < shapes.count; ++i) {
      const std::size_t stride = shapes.planes[i].row_bytes + padding_bytes;
      std::vector<std::byte> samples(stride * shapes.planes[i].count, std::byte{0xee});
      for (std::size_t row = 0; row < shapes.planes[i].count; ++row) {
        for (std::size_t column = 0; column < shapes.planes[i].row_bytes; ++column) {
          samples[row * stride + column] =
              static_cast<std::byte>(sample(i, static_cast<int>(column), static_cast<int>(row)));
        }
      }
      samples.resize(samples.size() - padding_bytes);
      memory_.push_back(std::make_unique<GuardedBytes>(samples));
      planes_.push_back({memory_.back()->bytes(), stride});
    }
  }

  FrameInfo& info() { return info_; }
  std::vector<Plane>& planes() { return planes_; }
  Frame frame() const { return Frame(info_, planes_, nullptr); }

 private:
  std::uint8_t sample(std::size_t plane, int column, int row) const {
    switch (info_.format) {
      case PixelFormat::kNv12:
        return plane == 0 ? luma(column, row) : chroma_2x2(column / 2, row, column % 2 == 0);
      case PixelFormat::kNv21:
        return plane == 0 ? luma(column, row) : chroma_2x2(column / 2, row, column % 2 == 1);
      case PixelFormat::kYuv420:
        return plane == 0 ? luma(column, row) : chroma_2x2(column, row, plane == 1);
      case PixelFormat::kYuyv:
        return column % 2 == 0 ? luma(column / 2, row)
                               : chroma(column / 4 * 2, 2, row, 1, column % 4 == 1);
      case PixelFormat::kUyvy:
        return column % 2 == 1 ? luma(column / 2, row)
                               : chroma(column / 4 * 2, 2, row, 1, column % 4 == 0);
      case PixelFormat::kRgb24:
        return channel(column / 3, row, column % 3);
      case PixelFormat::kBgr24:
        return channel(column / 3, row, 2 - column % 3);
      case PixelFormat::kRgbx32:
        return column % 4 == 3 ? 0x5a : channel(column / 4, row, column % 4);
      case PixelFormat::kBgrx32:
        return column % 4 == 3 ? 0x5a : channel(column / 4, row, 2 - column % 4);
      case PixelFormat::kGrey8:
        return luma(column, row);
      case PixelFormat::kMjpeg:
        break;
    }
    return 0;
  }

  // Pixels beyond the edge repeat the last one.
  std::uint8_t channel(int x, int y, int which) const {
    return rgb_
        .samples[rgb_.offset(std::min(x, rgb_.width_px - 1), std::min(y, rgb_.height_px - 1)) +
                 static_cast<std::size_t>(which)];
  }

  std::uint8_t luma(int x, int y) const {
    const double full =
        0.299 * channel(x, y, 0) + 0.587 * channel(x, y, 1) + 0.114 * channel(x, y, 2);
    return rounded(range_ == YuvRange::kFull ? full : 16 + full * 219 / 255);
  }

  std::uint8_t chroma_2x2(int column, int row, bool blue) const {
    return chroma(2 * column, 2, 2 * row, 2, blue);
  }

  std::uint8_t chroma(int left, int width, int top, int height, bool blue) const {
    double sum = 0;
    for (int y = top; y < top + height; ++y) {
      for (int x = left; x < left + width; ++x) {
        const std::array<double, 3> weights =
            blue ? std::array{-0.168736, -0.331264, 0.5} : std::array{0.5, -0.418688, -0.081312};
        for (int which = 0; which < 3; ++which) {
          sum += weights[static_cast<std::size_t>(which)] * channel(x, y, which);
        }
      }
    }
    const double mean = sum / (width * height);
    return rounded(128 + (range_ == YuvRange::kFull ? mean : mean * 224 / 255));
  }

  static std::uint8_t rounded(double value) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 255.0)));
  }

  RgbPicture rgb_;
  YuvRange range_;
  FrameInfo info_;
  std::vector<std::unique_ptr<GuardedBytes>> memory_;
  std::vector<Plane> planes_;
};

}  // namespace freshframe
