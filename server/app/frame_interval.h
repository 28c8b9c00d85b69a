#pragma once

#include <chrono>

#include "capture/camera_control.h"

namespace freshframe {

/// From one frame to the next at this rate; 0 when the rate is not known, which is 0 as well.
std::chrono::milliseconds frame_interval_of(double frames_per_second);

/// How far apart a camera's frames may be by what it was set to: by its frame rate, or by its
/// exposure time, since no frame is made faster than it is exposed. 0 when neither was set.
std::chrono::milliseconds longest_frame_interval(const ControlSettings& settings);

}  // namespace freshframe
