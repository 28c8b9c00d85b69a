#pragma once

#include <optional>

#include <nlohmann/json.hpp>

#include "capture/camera_control.h"

namespace freshframe {

/// As it stands in a controls message: proto/README.md. Thread-safe.
nlohmann::ordered_json control_json(const CameraControl& control);

/// A control's value as somebody wrote it: a whole number that is too large for one is no less a
/// number, and four whole numbers in a list are an area. Nothing of what can be none: null, another
/// list, an object. Thread-safe.
std::optional<ControlValue> control_value_of(const nlohmann::json& value);

}  // namespace freshframe
