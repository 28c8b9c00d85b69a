#pragma once

#include <chrono>
#include <string>

#include "hub/hub.h"

namespace freshframe {

/// Why not all cameras that should run do: a line for each that somebody watches and that has no
/// picture newer than `most`, and for each that is always on and gives none. Empty when all do.
///
/// Thread: event loop only.
std::string why_not_ready(const Hub& hub, std::chrono::milliseconds most,
                          std::chrono::steady_clock::time_point now);

}  // namespace freshframe
