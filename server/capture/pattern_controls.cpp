#include "capture/pattern_controls.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <variant>

namespace freshframe {
namespace {

constexpr const char* kBrightness = "Brightness";
constexpr const char* kFrameRate = "FrameRate";
// Seldom enough to look at every frame, and often enough not to look stalled.
constexpr double kLowestRate = 1;

}  // namespace

std::vector<CameraControl> controls_of_pattern(const PatternRequest& request) {
  std::vector<CameraControl> controls;
  // The picture that comes as JPEG is encoded once, but for its header.
  if (request.format == PixelFormat::kNv12) {
    controls.push_back({.name = kBrightness,
                        .type = CameraControl::Type::kNumber,
                        .minimum = -1.0,
                        .maximum = 1.0,
                        .default_value = 0.0});
  }
  if (request.frames_per_second > kLowestRate) {
    controls.push_back({.name = kFrameRate,
                        .type = CameraControl::Type::kNumber,
                        .minimum = kLowestRate,
                        .maximum = request.frames_per_second,
                        .default_value = request.frames_per_second,
                        .unit = "frames/s"});
  }
  return controls;
}

PatternControls pattern_controls(const PatternRequest& request, const ControlValues& values) {
  const auto value_or = [&](const char* name, double otherwise) {
    const auto found = values.find(name);
    const auto* const number =
        found == values.end() ? nullptr : std::get_if<double>(&found->second);
    return number != nullptr ? *number : otherwise;
  };
  return {.brightness = value_or(kBrightness, 0),
          .frames_per_second = value_or(kFrameRate, request.frames_per_second)};
}

void add_brightness(double brightness, std::span<std::uint8_t> luma) {
  const long offset = std::lround(brightness * 255);
  if (offset == 0) {
    return;
  }
  std::array<std::uint8_t, 256> brighter{};
  for (std::size_t level = 0; level < brighter.size(); ++level) {
    brighter[level] =
        static_cast<std::uint8_t>(std::clamp(static_cast<long>(level) + offset, 0L, 255L));
  }
  for (std::uint8_t& sample : luma) {
    sample = brighter[sample];
  }
}

}  // namespace freshframe
