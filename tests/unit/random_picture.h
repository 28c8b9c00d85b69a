#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "capture/frame.h"
#include "encode/plane_shapes.h"

#include "guarded_bytes.h"

namespace freshframe {

/// A raw frame in which brightness wanders and there is noise upon it, so that no block is like
/// another. Each plane ends where its last sample does, before an unreadable page.
class RandomPicture {
 public:
  RandomPicture(PixelFormat format, int width_px, int height_px, std::mt19937& random,
                std::size_t padding_bytes = 0, YuvRange range = YuvRange::kFull) {
    info_.width_px = width_px;
    info_.height_px = height_px;
    info_.format = format;
    info_.range = range;
    const PlaneShapes shapes = plane_shapes(format, width_px, height_px);
    for (std::size_t i = 0; i < shapes.count; ++i) {
      const std::size_t stride = shapes.planes[i].row_bytes + padding_bytes;
      std::vector<std::byte> samples(stride * shapes.planes[i].count - padding_bytes);
      int brightness = 128;
      // Steps of a linear congruential generator: good enough, and quick without optimisation.
      auto state = static_cast<std::uint32_t>(random());
      for (std::byte& sample : samples) {
        state = state * 1664525U + 1013904223U;
        const auto bits = static_cast<int>(state >> 16);
        brightness = std::clamp(brightness + (bits & 7) - 3, 0, 255);
        sample = static_cast<std::byte>(std::clamp(brightness + (bits >> 8 & 31) - 16, 0, 255));
      }
      memory_.push_back(std::make_unique<GuardedBytes>(samples));
      planes_.push_back({memory_.back()->bytes(), stride});
    }
  }

  Frame frame() const { return Frame(info_, planes_, nullptr); }
  std::vector<Plane>& planes() { return planes_; }

 private:
  FrameInfo info_;
  std::vector<std::unique_ptr<GuardedBytes>> memory_;
  std::vector<Plane> planes_;
};

}  // namespace freshframe
