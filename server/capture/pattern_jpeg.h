#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/unix_time.h"
#include "capture/pattern_header.h"
#include "capture/pattern_picture.h"
#include "capture/strip_encoder.h"

namespace freshframe {

/// The test pattern as JPEG images, each a new one with its own number and time, at the price of
/// encoding the header alone.
///
/// The picture is cut into strips as high as the header, which are joined as capture/strip_jpeg.h
/// says. Those below the header are encoded once, for several positions of the landscape, and each
/// frame's new header strip is put in front of them.
class PatternJpeg {
 public:
  /// Encodes all that is below the header, which takes as long as some dozen whole frames. Throws
  /// std::bad_alloc when there is no memory for that.
  explicit PatternJpeg(const PatternPicture& picture);

  /// Makes the frame `sequence` of the moment `time` in `jpeg`, whose capacity is used again.
  void encode(std::uint64_t sequence, UnixTime time, std::vector<std::byte>& jpeg);

 private:
  int position_of(int sway_px) const;
  int sway_of(int position) const;
  std::vector<std::byte> encode_background(const PatternPicture& picture, int sway_px);

  PatternHeader header_;
  StripEncoder encoder_;
  Chroma header_chroma_;
  // From SOI to the first strip's data.
  std::vector<std::byte> head_;
  // For each position, all strips but the first, and EOI.
  std::vector<std::vector<std::byte>> backgrounds_;
};

}  // namespace freshframe
