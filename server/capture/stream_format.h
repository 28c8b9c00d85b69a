#pragma once

#include <string>

#include "capture/pixel_format.h"

namespace freshframe {

/// What a source delivers once it runs. The camera's answer, not what was asked for.
struct StreamFormat {
  int width_px = 0;
  int height_px = 0;
  /// 0 where the camera does not say.
  double frames_per_second = 0;
  PixelFormat format = PixelFormat::kMjpeg;
};

/// "1280x720 mjpeg at 30 frames/s"
std::string to_string(const StreamFormat& format);

}  // namespace freshframe
