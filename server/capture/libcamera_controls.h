#pragma once

#include <optional>
#include <vector>

#include <libcamera/controls.h>

#include "capture/camera_control.h"
#include "capture/frame_rates.h"

namespace freshframe {

/// Those of a camera's controls that are one boolean, number, menu or area, by name. Left out are
/// lists; in place of the frames' duration there is FrameRate.
std::vector<CameraControl> settable_controls(const libcamera::ControlInfoMap& controls);

/// Puts those of `values` that the camera has into `list`.
void add_controls(const ControlValues& values, const libcamera::ControlInfoMap& controls,
                  libcamera::ControlList& list);

/// The frame rates that the camera can be asked for; nothing where it takes no such wish.
std::optional<FrameRates> frame_rates(const libcamera::ControlInfoMap& controls);

}  // namespace freshframe
