#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "capture/frame.h"
#include "encode/v4l2_raw_format.h"

namespace freshframe {

/// True when the device can read the frame where it lies: in memory that devices share, laid out as
/// `raw` says, and in full range, for no encoder that is known of stretches limited range.
bool lies_as_the_device_wants(const Frame& frame, const V4l2RawFormat& raw);

/// Writes frames into a device's memory: with its strides and its padding, which repeats the last
/// column and row so that it costs few bits (ITU-T T.81, A.2.4), and in full range.
/// Thread: one at a time.
class V4l2PictureWriter {
 public:
  /// `frame` holds its picture (planes_hold_the_picture()), which has the format of `raw` and is
  /// no larger; each of `memories` has the size that `raw` says.
  void write(const Frame& frame, const V4l2RawFormat& raw,
             std::span<const std::span<std::byte>> memories);

 private:
  void write_row(PixelFormat format, YuvRange range, std::size_t plane,
                 std::span<const std::uint8_t> from, std::uint8_t* to);

  // Luma and chroma of a packed row, while they are stretched.
  std::vector<std::uint8_t> luma_;
  std::vector<std::uint8_t> chroma_;
};

}  // namespace freshframe
