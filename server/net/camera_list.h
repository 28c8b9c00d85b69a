#pragma once

#include <string>

#include "hub/hub.h"

namespace freshframe {

/// What `GET /api/v1/cameras` answers: every camera with its state and what became of its frames.
/// Source: proto/README.md, "The list of cameras".
std::string camera_list_json(const Hub& hub);

}  // namespace freshframe
