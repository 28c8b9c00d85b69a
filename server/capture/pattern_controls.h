#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "capture/camera_control.h"
#include "capture/pattern_source.h"

namespace freshframe {

/// What of the test pattern can be set while it runs.
struct PatternControls {
  /// Added to luma, 1 being the whole of its range.
  double brightness = 0;
  double frames_per_second = 30;
};

std::vector<CameraControl> controls_of_pattern(const PatternRequest& request);

/// `values` are such as controls_of_pattern() lists; what is not among them is as the request has
/// it.
PatternControls pattern_controls(const PatternRequest& request, const ControlValues& values);

/// Makes luma brighter or darker, up to white and black.
void add_brightness(double brightness, std::span<std::uint8_t> luma);

}  // namespace freshframe
