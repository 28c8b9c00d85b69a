#include "capture/pattern_jpeg.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace freshframe {

namespace {

void append(std::vector<std::byte>& to, std::span<const std::byte> bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

std::array<std::byte, 2> big_endian(int value) {
  return {static_cast<std::byte>(value >> 8), static_cast<std::byte>(value & 0xff)};
}

// A strip's head made into the whole picture's: with its full height, and with the number of MCUs
// between two restart markers.
std::vector<std::byte> picture_head(std::span<const std::byte> strip_head, int height_px,
                                    int restart_interval_mcus) {
  constexpr std::byte kStartOfFrame{0xc0};
  constexpr std::byte kStartOfScan{0xda};
  std::vector<std::byte> head(strip_head.begin(), strip_head.begin() + 2);
  std::size_t at = 2;
  while (at < strip_head.size()) {
    const std::byte marker = strip_head[at + 1];
    const std::size_t length = 2 + (std::to_integer<std::size_t>(strip_head[at + 2]) << 8 |
                                    std::to_integer<std::size_t>(strip_head[at + 3]));
    if (marker == kStartOfScan) {
      append(head, std::array{std::byte{0xff}, std::byte{0xdd}, std::byte{0}, std::byte{4}});
      append(head, big_endian(restart_interval_mcus));
    }
    append(head, strip_head.subspan(at, length));
    if (marker == kStartOfFrame) {
      std::ranges::copy(big_endian(height_px),
                        head.end() - static_cast<std::ptrdiff_t>(length) + 5);
    }
    at += length;
  }
  return head;
}

// Fewer positions for larger pictures: at 720p all 32 take 3.5 MB and as long as 32 frames.
int position_count(Size size) {
  constexpr std::int64_t kBudgetPx = std::int64_t{32} * 1280 * 720;
  return static_cast<int>(
      std::clamp<std::int64_t>(kBudgetPx / (std::int64_t{size.width_px} * size.height_px), 8, 32));
}

}  // namespace

PatternJpeg::PatternJpeg(const PatternPicture& picture)
    : header_(picture.header()),
      encoder_(picture.size().width_px, header_.image().size().height_px),
      header_chroma_(split_chroma(header_.image())),
      backgrounds_(static_cast<std::size_t>(position_count(picture.size()))) {
  const int strip_height = header_.image().size().height_px;
  const int mcus_across = (picture.size().width_px + 15) / 16;
  const StripJpeg strip = encoder_.encode(header_.image(), header_chroma_, 0, strip_height);
  head_ = picture_head(strip.head, picture.size().height_px, mcus_across * (strip_height / 16));
  for (std::size_t i = 0; i < backgrounds_.size(); ++i) {
    backgrounds_[i] = encode_background(picture, sway_of(static_cast<int>(i)));
  }
}

int PatternJpeg::position_of(int sway_px) const {
  const int last = static_cast<int>(backgrounds_.size()) - 1;
  return (sway_px * last + PatternPicture::kSwayPx / 2) / PatternPicture::kSwayPx;
}

int PatternJpeg::sway_of(int position) const {
  const int last = static_cast<int>(backgrounds_.size()) - 1;
  return position * PatternPicture::kSwayPx / last / 2 * 2;
}

std::vector<std::byte> PatternJpeg::encode_background(const PatternPicture& picture, int sway_px) {
  Nv12Image image(picture.size());
  picture.copy_to(sway_px, image.y_row(0), image.uv_row(0), image.stride_bytes());
  const Chroma chroma = split_chroma(image);
  const int strip_height = header_.image().size().height_px;
  std::vector<std::byte> strips;
  for (int top = strip_height, restart = 0; top < picture.size().height_px;
       top += strip_height, ++restart) {
    append(strips, std::array{std::byte{0xff}, static_cast<std::byte>(0xd0 + restart % 8)});
    const int height = std::min(strip_height, picture.size().height_px - top);
    append(strips, encoder_.encode(image, chroma, top, height).data);
  }
  append(strips, std::array{std::byte{0xff}, std::byte{0xd9}});
  return strips;
}

void PatternJpeg::encode(std::uint64_t sequence, UnixTime time, std::vector<std::byte>& jpeg) {
  header_.draw(sequence, time);
  const Nv12Image& image = header_.image();
  const StripJpeg strip = encoder_.encode(image, header_chroma_, 0, image.size().height_px);
  const int position = position_of(PatternPicture::sway_px(sequence));
  jpeg.clear();
  append(jpeg, head_);
  append(jpeg, strip.data);
  append(jpeg, backgrounds_[static_cast<std::size_t>(position)]);
}

}  // namespace freshframe
