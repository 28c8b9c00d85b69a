#include "encode/orientation_mark.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace freshframe {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kSoiBytes = 2;

constexpr std::string_view kSegment =
    "\xFF\xE1\0\x22"                    // APP1, 34 bytes with these two
    "Exif\0\0"                          //
    "MM\0\x2A\0\0\0\x08"                // TIFF, big-endian; IFD 0 stands 8 bytes behind "MM"
    "\0\x01"                            // one entry:
    "\x01\x12\0\x03\0\0\0\x01\0\0\0\0"  // Orientation, one SHORT, its value and what it leaves
    "\0\0\0\0"sv;                       // no IFD behind
constexpr std::size_t kTagValueOffset = 29;

/// The tag's value: which edges of the stored picture are the shown one's top and left.
std::uint8_t tag_value(const Orientation& orientation) {
  constexpr std::array<std::uint8_t, 4> kTurned = {1, 6, 3, 8};
  constexpr std::array<std::uint8_t, 4> kMirroredAndTurned = {2, 7, 4, 5};
  const auto quarters = static_cast<std::size_t>(orientation.turned_degrees / 90 % 4);
  return orientation.mirrored ? kMirroredAndTurned[quarters] : kTurned[quarters];
}

}  // namespace

OrientationMark::OrientationMark(const Orientation& orientation) {
  static_assert(kSegment.size() == kSegmentBytes);
  if (orientation == Orientation()) {
    return;
  }
  segment_.emplace();
  std::transform(kSegment.begin(), kSegment.end(), segment_->begin(),
                 [](char byte) { return static_cast<std::byte>(byte); });
  (*segment_)[kTagValueOffset] = std::byte{tag_value(orientation)};
}

std::span<const std::byte> OrientationMark::put_into(std::span<const std::byte> jpeg) {
  if (!segment_ || jpeg.size() < kSoiBytes) {
    return jpeg;
  }
  marked_.clear();
  marked_.reserve(jpeg.size() + kSegmentBytes);
  const auto behind_soi = jpeg.begin() + kSoiBytes;
  marked_.insert(marked_.end(), jpeg.begin(), behind_soi);
  marked_.insert(marked_.end(), segment_->begin(), segment_->end());
  marked_.insert(marked_.end(), behind_soi, jpeg.end());
  return marked_;
}

}  // namespace freshframe
