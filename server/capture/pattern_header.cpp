#include "capture/pattern_header.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "capture/number_cells.h"

namespace freshframe {

namespace {

// Brightness and colour codes, full range.
constexpr std::uint8_t kBackground = 24;
constexpr std::uint8_t kBackgroundU = 137;
constexpr std::uint8_t kBackgroundV = 124;
constexpr std::uint8_t kBright = 240;
constexpr std::uint8_t kDim = 150;
// An amber light on a dark track.
constexpr int kTrack = 48;
constexpr int kLight = 205;
constexpr std::uint8_t kLightU = 78;
constexpr std::uint8_t kLightV = 158;
// The light runs along the picture once in this many frames, with a tail of a part of its width.
constexpr int kLightFrames = 60;
constexpr int kLightTailPart = 4;

constexpr std::string_view kName = "Freshframe";
constexpr std::string_view kKind = " test pattern";
constexpr std::string_view kNumberWord = "frame ";
constexpr std::string_view kTimeWord = " UTC";
// For layout: the time, and a number as long as nine hours at 30 frames a second need.
constexpr std::string_view kWidestTime = "00:00:00.000";
constexpr std::string_view kWidestNumber = "0000000";

std::string number_text(std::uint64_t sequence) {
  std::string digits = std::to_string(sequence);
  if (digits.size() < 6) {
    digits.insert(0, 6 - digits.size(), '0');
  }
  return digits;
}

std::string time_text(UnixTime time) {
  using namespace std::chrono;
  const hh_mm_ss clock(floor<milliseconds>(time - floor<days>(time)));
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d:%02d.%03d",
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  return text.data();
}

}  // namespace

PatternHeader::PatternHeader(Size picture)
    : layout_(lay_out(picture)),
      digits_(layout_.digit_height_px),
      words_(0.62 * layout_.digit_height_px),
      background_(Size{picture.width_px, layout_.height_px}) {
  paint_background();
  place_texts();
  image_ = background_;
}

PatternHeader::Layout PatternHeader::lay_out(Size picture) {
  const int cells = number_cell_side_px(picture.width_px);
  // 64 rows at 1280x720: 16 for the cells, 44 for text, 4 for the light.
  const int text_band = std::max(24, std::min(picture.height_px * 44 / 720, picture.width_px / 16));
  const int light = std::max(2, text_band / 10 / 2 * 2);
  Layout layout{};
  layout.height_px = (cells + text_band + light + 15) / 16 * 16;
  layout.light_top = layout.height_px - light;
  layout.margin_px = std::max(2, picture.width_px / 80);
  // A digit is 0.82 of its height wide with its gap, ':' and '.' 0.28.
  const double widest = (7 + 9) * 0.82 + 3 * 0.28 + 0.9;
  const double band = layout.light_top - cells;
  layout.digit_height_px =
      std::min(0.52 * band, (picture.width_px - 2 * layout.margin_px) / widest);
  layout.baseline_y = cells + static_cast<int>((band + layout.digit_height_px) / 2);
  return layout;
}

void PatternHeader::paint_background() {
  const Size size = background_.size();
  for (int row = 0; row < size.height_px; ++row) {
    std::memset(background_.y_row(row), row < layout_.light_top ? kBackground : kTrack,
                background_.stride_bytes());
  }
  for (int row = 0; row < size.height_px / 2; ++row) {
    const bool is_light = 2 * row >= layout_.light_top;
    std::uint8_t* uv = background_.uv_row(row);
    for (int column = 0; column < size.width_px; column += 2) {
      uv[column] = is_light ? kLightU : kBackgroundU;
      uv[column + 1] = is_light ? kLightV : kBackgroundV;
    }
  }
}

// From right to left: the time, the number, and the words beside them as far as there is room.
void PatternHeader::place_texts() {
  const int right = background_.size().width_px - layout_.margin_px;
  const int gap = static_cast<int>(layout_.digit_height_px * 0.8);
  const int time_width = digits_.width_px(kWidestTime);
  const int number_width = digits_.width_px(kWidestNumber);
  const int words_width = words_.width_px(kTimeWord) + words_.width_px(kNumberWord);
  const int bare_width = number_width + gap + time_width;
  const bool words_fit = layout_.margin_px + words_width + bare_width + gap <= right;

  const int time_right = words_fit ? right - words_.width_px(kTimeWord) : right;
  time_x_ = time_right - time_width;
  number_right_x_ = time_x_ - (words_fit ? 2 * gap : gap / 2);
  if (!words_fit) {
    return;
  }
  words_.draw(kTimeWord, time_right, layout_.baseline_y, kDim, background_);
  const int word_x = number_right_x_ - number_width - words_.width_px(kNumberWord);
  words_.draw(kNumberWord, word_x, layout_.baseline_y, kDim, background_);

  const int name_width = words_.width_px(kName);
  if (layout_.margin_px + name_width + gap <= word_x) {
    words_.draw(kName, layout_.margin_px, layout_.baseline_y, kBright, background_);
  }
  if (layout_.margin_px + name_width + words_.width_px(kKind) + gap <= word_x) {
    words_.draw(kKind, layout_.margin_px + name_width, layout_.baseline_y, kDim, background_);
  }
}

void PatternHeader::draw(std::uint64_t sequence, UnixTime time) {
  const auto rows_size = background_.stride_bytes() * static_cast<std::size_t>(layout_.height_px);
  std::memcpy(image_.y_row(0), background_.y_row(0), rows_size);
  draw_number_cells(sequence, image_.y_row(0), image_.stride_bytes(), image_.size().width_px);
  const std::string number = number_text(sequence);
  digits_.draw(number, number_right_x_ - digits_.width_px(number), layout_.baseline_y, kBright,
               image_);
  digits_.draw(time_text(time), time_x_, layout_.baseline_y, kBright, image_);
  draw_light(sequence);
}

void PatternHeader::draw_light(std::uint64_t sequence) {
  const int width = image_.size().width_px;
  const int tail = width / kLightTailPart;
  const int head = (static_cast<int>(sequence % kLightFrames) + 1) * width / kLightFrames;
  std::uint8_t* first = image_.y_row(layout_.light_top);
  for (int behind = 0; behind < tail; ++behind) {
    const int column = (head - 1 - behind + width) % width;
    const int fading = tail - behind;
    first[column] =
        static_cast<std::uint8_t>(kTrack + (kLight - kTrack) * fading / tail * fading / tail);
  }
  for (int row = layout_.light_top + 1; row < layout_.height_px; ++row) {
    std::memcpy(image_.y_row(row), first, image_.stride_bytes());
  }
}

}  // namespace freshframe
