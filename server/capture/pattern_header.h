#pragma once

#include <cstdint>

#include "base/unix_time.h"
#include "capture/nv12_image.h"
#include "capture/size.h"
#include "capture/stroke_font.h"

namespace freshframe {

/// The bar on top of the test pattern, the only part of it that is drawn anew for each frame: the
/// number cells, the number in digits, the time of day in UTC, and a light that runs along its
/// edge. As wide as the picture and a multiple of 16 high, so that it can be encoded on its own.
class PatternHeader {
 public:
  explicit PatternHeader(Size picture);

  /// Draws the frame `sequence` of the moment `time`. Colour does not change, only brightness.
  void draw(std::uint64_t sequence, UnixTime time);

  const Nv12Image& image() const { return image_; }

 private:
  struct Layout {
    int height_px;
    int light_top;
    int baseline_y;
    int margin_px;
    double digit_height_px;
  };

  static Layout lay_out(Size picture);
  void paint_background();
  void place_texts();
  void draw_light(std::uint64_t sequence);

  Layout layout_;
  StrokeFont digits_;
  StrokeFont words_;
  // What does not change from frame to frame.
  Nv12Image background_;
  Nv12Image image_;
  int number_right_x_ = 0;
  int time_x_ = 0;
};

}  // namespace freshframe
