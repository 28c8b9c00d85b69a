#pragma once

#include <string>

#include "base/result.h"

namespace freshframe {

/// What `--list-cameras` prints: each camera that libcamera has, with its number, id, model,
/// formats and sizes, and the SPEC that takes it.
Result<std::string> camera_report();

}  // namespace freshframe
