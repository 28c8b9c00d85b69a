#pragma once

#include <string_view>

#include "message/bytes.h"
#include "message/camera_state.h"

namespace freshframe {

/// The status message of proto/README.md. Thread-safe.
Bytes make_status_message(std::string_view camera, const CameraStatus& status);

}  // namespace freshframe
