#include "capture/strip_jpeg.h"

#include <algorithm>
#include <array>

namespace freshframe {

namespace {

// Marker codes, ITU-T T.81, table B.1.
constexpr std::byte kBaselineFrame{0xc0};
constexpr std::byte kFirstRestart{0xd0};
constexpr std::byte kEndOfImage{0xd9};
constexpr std::byte kStartOfScan{0xda};
constexpr std::byte kRestartInterval{0xdd};

// In a frame header, behind its marker, its length and the precision (B.2.2).
constexpr std::size_t kHeightInFrameHeader = 5;

void append(std::vector<std::byte>& to, std::span<const std::byte> bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

std::array<std::byte, 2> big_endian(int value) {
  return {static_cast<std::byte>(value >> 8), static_cast<std::byte>(value & 0xff)};
}

// Of the segment at `offset`, with its marker.
std::size_t segment_size(std::span<const std::byte> jpeg, std::size_t offset) {
  return 2 + (std::to_integer<std::size_t>(jpeg[offset + 2]) << 8 |
              std::to_integer<std::size_t>(jpeg[offset + 3]));
}

}  // namespace

StripJpeg split_strip(std::span<const std::byte> jpeg) {
  std::size_t height_offset = 0;
  bool restarts = false;
  for (std::size_t at = 2;;) {
    const std::byte marker = jpeg[at + 1];
    if (marker == kBaselineFrame) {
      height_offset = at + kHeightInFrameHeader;
    }
    restarts = restarts || marker == kRestartInterval;
    at += segment_size(jpeg, at);
    if (marker == kStartOfScan) {
      return {jpeg.first(at), jpeg.subspan(at, jpeg.size() - at - 2), restarts ? 0 : height_offset};
    }
  }
}

void append_picture_head(const StripJpeg& strip, int height_px, int restart_interval_mcus,
                         std::vector<std::byte>& to) {
  std::size_t scan_header = 2;
  while (strip.head[scan_header + 1] != kStartOfScan) {
    scan_header += segment_size(strip.head, scan_header);
  }
  const std::size_t begin = to.size();
  append(to, strip.head.first(scan_header));
  std::ranges::copy(big_endian(height_px),
                    to.begin() + static_cast<std::ptrdiff_t>(begin + strip.height_offset));
  append(to, std::array{std::byte{0xff}, kRestartInterval, std::byte{0}, std::byte{4}});
  append(to, big_endian(restart_interval_mcus));
  append(to, strip.head.subspan(scan_header));
}

void append_restart_marker(std::size_t index, std::vector<std::byte>& to) {
  const auto number = static_cast<unsigned char>((index - 1) % 8);
  append(to, std::array{std::byte{0xff}, kFirstRestart | std::byte{number}});
}

void append_end_marker(std::vector<std::byte>& to) {
  append(to, std::array{std::byte{0xff}, kEndOfImage});
}

}  // namespace freshframe
