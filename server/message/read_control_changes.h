#pragma once

#include <nlohmann/json.hpp>

#include "capture/control_check.h"

namespace freshframe {

/// What the members of a JSON object want changed, null standing for a control's default (RFC
/// 7396). Throws RefusedMessage (message/json_reading.h).
ControlChanges read_control_changes(const nlohmann::json& object);

}  // namespace freshframe
