#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "capture/size.h"

namespace freshframe {

/// A picture of our own in NV12, without padding. Sides are even: an odd size is rounded up.
class Nv12Image {
 public:
  Nv12Image() = default;
  explicit Nv12Image(Size size)
      : size_{(size.width_px + 1) / 2 * 2, (size.height_px + 1) / 2 * 2},
        y_(stride_bytes() * static_cast<std::size_t>(size_.height_px)),
        uv_(y_.size() / 2) {}

  Size size() const { return size_; }
  /// Of both planes.
  std::size_t stride_bytes() const { return static_cast<std::size_t>(size_.width_px); }

  std::uint8_t* y_row(int row) { return y_.data() + offset(row); }
  const std::uint8_t* y_row(int row) const { return y_.data() + offset(row); }
  /// `row` counts rows of chroma, one for two of luma.
  std::uint8_t* uv_row(int row) { return uv_.data() + offset(row); }
  const std::uint8_t* uv_row(int row) const { return uv_.data() + offset(row); }

 private:
  std::size_t offset(int row) const { return static_cast<std::size_t>(row) * stride_bytes(); }

  Size size_;
  std::vector<std::uint8_t> y_;
  std::vector<std::uint8_t> uv_;
};

}  // namespace freshframe
