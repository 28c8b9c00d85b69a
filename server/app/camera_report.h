#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "capture/libcamera_source.h"

namespace freshframe {

/// What `--list-cameras` prints for people: each camera that libcamera has, with its number, model,
/// formats, sizes, frame rates and controls, and the SPECs that take it.
std::string camera_report(const std::vector<LibcameraDescription>& cameras,
                          std::string_view libcamera_version);

/// The same for programs, `--list-cameras --json`; the manual page (config/freshframe.1) says
/// what it holds.
std::string camera_report_json(const std::vector<LibcameraDescription>& cameras,
                               std::string_view libcamera_version);

}  // namespace freshframe
