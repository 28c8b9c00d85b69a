#include "encode/join_strips.h"

#include <algorithm>

#include "capture/strip_jpeg.h"

namespace freshframe {

namespace {

// But for the height, which the last strip may have of its own.
bool heads_are_equal(const StripJpeg& a, const StripJpeg& b) {
  constexpr std::size_t kHeightBytes = 2;
  if (a.height_offset != b.height_offset || a.head.size() != b.head.size()) {
    return false;
  }
  const std::size_t behind_height = a.height_offset + kHeightBytes;
  return std::ranges::equal(a.head.first(a.height_offset), b.head.first(a.height_offset)) &&
         std::ranges::equal(a.head.subspan(behind_height), b.head.subspan(behind_height));
}

}  // namespace

bool join_strips(std::span<const std::span<const std::byte>> strips, int height_px,
                 int restart_interval_mcus, std::vector<std::byte>& joined) {
  joined.clear();
  const StripJpeg first = split_strip(strips.front());
  if (first.height_offset == 0) {
    return false;
  }
  append_picture_head(first, height_px, restart_interval_mcus, joined);
  for (std::size_t i = 0; i < strips.size(); ++i) {
    const StripJpeg strip = split_strip(strips[i]);
    if (!heads_are_equal(first, strip)) {
      return false;
    }
    if (i > 0) {
      append_restart_marker(i, joined);
    }
    joined.insert(joined.end(), strip.data.begin(), strip.data.end());
  }
  append_end_marker(joined);
  return true;
}

}  // namespace freshframe
