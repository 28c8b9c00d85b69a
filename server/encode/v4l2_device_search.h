#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "encode/v4l2_calls.h"

namespace freshframe {

/// A device that makes JPEG images of raw ones, as it describes itself.
struct V4l2EncoderDescription {
  /// "/dev/video31"
  std::string path;
  /// What the driver calls it, e.g. "bcm2835-codec-image_encode".
  std::string card;
  /// It takes the multi-planar API, else the single-planar one.
  bool is_multiplanar = false;
  /// How it calls its result: V4L2_PIX_FMT_JPEG or V4L2_PIX_FMT_MJPEG.
  std::uint32_t jpeg_fourcc = 0;
  /// Each V4L2_PIX_FMT_... that it takes.
  std::vector<std::uint32_t> raw_fourccs;
  int lowest_quality = 1;
  int highest_quality = 100;

  /// "bcm2835-codec-image_encode (/dev/video31)"
  std::string name() const { return card + " (" + path + ")"; }
};

/// Looks at one device. Fails when it is no JPEG encoder (kMisconfigured), or cannot be asked.
///
/// A device without V4L2_CID_JPEG_COMPRESSION_QUALITY is none: the Raspberry Pi's video encoder
/// offers MJPEG too, at a bit rate, and the kernel has oopsed in it (raspberrypi/linux issue 4764).
Result<V4l2EncoderDescription> describe_v4l2_encoder(const V4l2Calls& calls,
                                                     const std::string& path);

/// The first JPEG encoder among the video devices. Fails with kNoPermission when one might have
/// been among those that may not be opened, else with kUnavailable.
Result<V4l2EncoderDescription> find_v4l2_encoder(const V4l2Calls& calls);

}  // namespace freshframe
