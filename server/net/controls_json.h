#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "hub/channel.h"

namespace freshframe {

/// What `GET /api/v1/cameras/NAME/controls` answers. Source: proto/README.md, "Controls".
std::string controls_json(const Channel& channel);

/// The same behind a change, with the first frame that has it; null when no frame has it yet.
std::string changed_controls_json(const Channel& channel, std::optional<std::uint64_t> sequence);

}  // namespace freshframe
