#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "encode/orientation.h"

namespace freshframe {

/// Writes into JPEG files how they are to be shown: the tag Orientation (Exif 2.32, section 4.6.4),
/// right behind SOI, where Exif has its place (section 4.5.4). The picture stays as it is, so that
/// a camera's own JPEG is turned for nothing; whoever shows it has to heed the tag.
///
/// Thread: one.
class OrientationMark {
 public:
  explicit OrientationMark(const Orientation& orientation);

  /// `jpeg` with the mark, or as it is where there is nothing to say. It begins with SOI. The bytes
  /// belong to the mark, or are those of `jpeg`, and stay valid until the next call.
  std::span<const std::byte> put_into(std::span<const std::byte> jpeg);

 private:
  static constexpr std::size_t kSegmentBytes = 36;

  std::optional<std::array<std::byte, kSegmentBytes>> segment_;
  std::vector<std::byte> marked_;
};

}  // namespace freshframe
