#include "capture/stream_format.h"

#include <spdlog/fmt/fmt.h>

namespace freshframe {

std::string to_string(const StreamFormat& format) {
  const std::string pictures =
      fmt::format("{}x{} {}", format.width_px, format.height_px, to_string(format.format));
  if (format.frames_per_second <= 0) {
    return pictures + " at a rate that it does not tell";
  }
  return fmt::format("{} at {:.4g} frames/s", pictures, format.frames_per_second);
}

}  // namespace freshframe
