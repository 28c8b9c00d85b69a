#pragma once

#include <cstddef>
#include <cstdint>

#include "base/unix_time.h"
#include "capture/nv12_image.h"
#include "capture/pattern_header.h"
#include "capture/size.h"

namespace freshframe {

/// The test pattern: a header with the frame's number and the time, below it a view of a landscape
/// that sways from side to side, at the bottom a strip of colour bars.
///
/// All that takes time is done by the constructor; a frame is then a copy of rows.
class PatternPicture {
 public:
  /// The view sways over this many pixels and back.
  static constexpr int kSwayPx = 62;

  /// For sizes from 128x96.
  explicit PatternPicture(Size size);

  Size size() const { return size_; }

  /// How far the view stands to the right in the frame `sequence`: even, 0 to kSwayPx.
  static int sway_px(std::uint64_t sequence);

  PatternHeader& header() { return header_; }
  const PatternHeader& header() const { return header_; }

  /// Copies the picture, with the header as last drawn, into rows of `stride_bytes`. Width and
  /// height are rounded up to even ones, so an odd size has a column or a row more than `size()`.
  void copy_to(int sway_px, std::uint8_t* y, std::uint8_t* uv, std::size_t stride_bytes) const;

 private:
  Size size_;
  PatternHeader header_;
  Nv12Image landscape_;
  Nv12Image colour_bars_;
};

}  // namespace freshframe
