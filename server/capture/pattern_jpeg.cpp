#include "capture/pattern_jpeg.h"

#include <algorithm>
#include <cstdint>
#include <span>

namespace freshframe {

namespace {

void append(std::vector<std::byte>& to, std::span<const std::byte> bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
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
  append_picture_head(strip, picture.size().height_px, mcus_across * (strip_height / 16), head_);
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
  std::size_t index = 0;
  for (int top = strip_height; top < picture.size().height_px; top += strip_height) {
    append_restart_marker(++index, strips);
    const int height = std::min(strip_height, picture.size().height_px - top);
    append(strips, encoder_.encode(image, chroma, top, height).data);
  }
  append_end_marker(strips);
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
