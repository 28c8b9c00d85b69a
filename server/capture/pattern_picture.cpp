#include "capture/pattern_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numbers>

#include "capture/pattern_landscape.h"

namespace freshframe {

namespace {

// Frames from one side to the other and back.
constexpr int kSwayFrames = 128;

// White, yellow, cyan, green, magenta, red, blue, black at three quarters, in full-range BT.601.
struct BarColour {
  std::uint8_t y;
  std::uint8_t u;
  std::uint8_t v;
};
constexpr std::array<BarColour, 8> kBars = {{{191, 128, 128},
                                             {169, 32, 144},
                                             {134, 160, 32},
                                             {112, 64, 48},
                                             {79, 192, 208},
                                             {57, 96, 224},
                                             {22, 224, 112},
                                             {0, 128, 128}}};

int bars_height_px(Size size) {
  return std::max(4, size.height_px / 90 * 2);
}

Nv12Image paint_colour_bars(Size size) {
  Nv12Image image(Size{size.width_px, bars_height_px(size)});
  const int width = image.size().width_px;
  for (int column = 0; column < width; ++column) {
    const BarColour& bar =
        kBars[static_cast<std::size_t>(column) * kBars.size() / static_cast<std::size_t>(width)];
    for (int row = 0; row < image.size().height_px; ++row) {
      image.y_row(row)[column] = bar.y;
      image.uv_row(row / 2)[column] = column % 2 == 0 ? bar.u : bar.v;
    }
  }
  return image;
}

}  // namespace

PatternPicture::PatternPicture(Size size)
    : size_(size),
      header_(size),
      landscape_(paint_landscape(size, kSwayPx)),
      colour_bars_(paint_colour_bars(size)) {}

int PatternPicture::sway_px(std::uint64_t sequence) {
  const double turn =
      2 * std::numbers::pi * static_cast<double>(sequence % kSwayFrames) / kSwayFrames;
  return static_cast<int>(std::lround((1 - std::cos(turn)) * kSwayPx / 4)) * 2;
}

void PatternPicture::copy_to(int sway_px, std::uint8_t* y, std::uint8_t* uv,
                             std::size_t stride_bytes) const {
  const Nv12Image& header = header_.image();
  // Even, so that both planes are cut at the same places.
  const int header_end = header.size().height_px;
  const int bars_begin = landscape_.size().height_px - colour_bars_.size().height_px;
  for (int row = 0; row < landscape_.size().height_px; ++row) {
    const std::uint8_t* from = row < header_end   ? header.y_row(row)
                               : row < bars_begin ? landscape_.y_row(row) + sway_px
                                                  : colour_bars_.y_row(row - bars_begin);
    std::memcpy(y, from, header.stride_bytes());
    y += stride_bytes;
  }
  for (int row = 0; row < landscape_.size().height_px; row += 2) {
    const std::uint8_t* from = row < header_end   ? header.uv_row(row / 2)
                               : row < bars_begin ? landscape_.uv_row(row / 2) + sway_px
                                                  : colour_bars_.uv_row((row - bars_begin) / 2);
    std::memcpy(uv, from, header.stride_bytes());
    uv += stride_bytes;
  }
}

}  // namespace freshframe
