#include "app/frame_interval.h"

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <variant>

namespace freshframe {

namespace {

// A rate may be next to nothing, and its interval must be a number all the same.
constexpr double kLongestMilliseconds = 24.0 * 60 * 60 * 1000;

std::chrono::milliseconds milliseconds_of(double milliseconds) {
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(std::min(milliseconds, kLongestMilliseconds)));
}

/// 0 where it was not set to a number.
double number_of(const ControlSettings& settings, const char* name) {
  const auto found = settings.find(name);
  if (found == settings.end()) {
    return 0;
  }
  return std::visit(
      [](const auto& value) {
        if constexpr (std::is_arithmetic_v<std::decay_t<decltype(value)>>) {
          return static_cast<double>(value);
        } else {
          return 0.0;
        }
      },
      found->second.value);
}

}  // namespace

std::chrono::milliseconds frame_interval_of(double frames_per_second) {
  return frames_per_second > 0 ? milliseconds_of(1000 / frames_per_second)
                               : std::chrono::milliseconds{0};
}

std::chrono::milliseconds longest_frame_interval(const ControlSettings& settings) {
  // What was set before the automatic took over is not what the camera does.
  const bool is_automatic = number_of(settings, "AeEnable") != 0;
  const double exposure_us =
      is_automatic ? 0.0 : std::max(number_of(settings, "ExposureTime"), 0.0);
  return std::max(frame_interval_of(number_of(settings, "FrameRate")),
                  milliseconds_of(exposure_us / 1000));
}

}  // namespace freshframe
