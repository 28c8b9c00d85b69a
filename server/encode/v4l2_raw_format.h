#pragma once

#include <linux/videodev2.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/result.h"
#include "capture/frame.h"

namespace freshframe {

/// How a device wants a raw picture: its size with the padding that the device asks for, and where
/// each plane lies.
struct V4l2RawFormat {
  /// One buffer that the device is given: one for the whole picture, or one for each plane.
  struct Memory {
    std::size_t size_bytes = 0;
    std::size_t stride_bytes = 0;
  };
  /// A plane of `format` in one of the memories.
  struct Place {
    std::size_t memory = 0;
    std::size_t offset_bytes = 0;
    std::size_t stride_bytes = 0;
  };

  PixelFormat format = PixelFormat::kNv12;
  int width_px = 0;
  int height_px = 0;
  std::array<Memory, Frame::kMaxPlanes> memories{};
  std::size_t memory_count = 0;
  std::array<Place, Frame::kMaxPlanes> places{};
  std::size_t place_count = 0;
};

/// The first of `offered` that is `format` as it is; empty when there is none. The forms with all
/// planes in one memory go before those with one for each (V4L2's "M" formats, which are all that
/// Hantro encoders take).
std::optional<std::uint32_t> v4l2_fourcc_of(PixelFormat format,
                                            std::span<const std::uint32_t> offered);

/// The request for `fourcc` in this size, in full range, as a JPEG image has it. `stride_bytes` is
/// the first plane's; 0 leaves it to the device.
v4l2_format v4l2_raw_request(bool is_multiplanar, std::uint32_t fourcc, int width_px, int height_px,
                             std::size_t stride_bytes);

/// What the device made of that request. Fails when it is another format, a smaller size, or memory
/// that does not hold it.
Result<V4l2RawFormat> read_v4l2_raw_format(const v4l2_format& answer, PixelFormat format,
                                           std::uint32_t fourcc, int width_px, int height_px);

}  // namespace freshframe
