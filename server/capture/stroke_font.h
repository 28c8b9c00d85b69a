#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "capture/nv12_image.h"

namespace freshframe {

/// The letters and digits of the test pattern, drawn as strokes with round ends at any size, so
/// that the program needs neither a font file nor a font library. Knows digits, ':', '.', ' ' and
/// the letters of the pattern's own words; anything else is drawn as a space. Digits are all
/// equally wide.
class StrokeFont {
 public:
  /// Draws every glyph once; drawing text is then a blend.
  explicit StrokeFont(double cap_height_px);

  int width_px(std::string_view text) const;

  /// Blends `text` into the image's luma, its left edge at `x` and its baseline at `baseline_y`.
  /// What lies outside the image is left out.
  void draw(std::string_view text, int x, int baseline_y, std::uint8_t brightness,
            Nv12Image& image) const;

 private:
  struct Glyph {
    int advance_px = 0;
    int width_px = 0;
    int height_px = 0;
    // Where the mask's first row lies relative to the baseline, its first column to the pen.
    int left_px = 0;
    int top_px = 0;
    // 0 to 255, row by row.
    std::vector<std::uint8_t> coverage;
  };

  const Glyph& glyph(char letter) const;

  std::map<char, Glyph> glyphs_;
};

}  // namespace freshframe
