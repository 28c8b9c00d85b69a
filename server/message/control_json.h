#pragma once

#include <nlohmann/json.hpp>

#include "capture/camera_control.h"

namespace freshframe {

/// As it stands in a controls message: proto/README.md. Thread-safe.
nlohmann::ordered_json control_json(const CameraControl& control);

}  // namespace freshframe
