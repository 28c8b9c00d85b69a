#pragma once

#include <chrono>
#include <string>

#include "hub/channel.h"

namespace freshframe {

/// A camera's state with the keys that ustreamer's /state has, for programs that read that: whether
/// it is online, its size and rate, who encodes, how many watch. Each viewer's own numbers
/// (`clients_stat`) are not told, and nothing that only ustreamer has (`h264`, `sinks`).
///
/// Thread: event loop only. Is told the time.
std::string ustreamer_state_json(const Channel& channel, std::chrono::steady_clock::time_point now);

}  // namespace freshframe
