#pragma once

#include <string_view>

#include "base/log_format.h"

namespace freshframe {

/// Sends the log to stderr at `level` ("trace", "debug", "info", "warning", "error" or "off") and
/// above, written as `format` says. Called once by main before any other thread runs; logging
/// itself is thread-safe.
void start_log(std::string_view level, LogFormat format = LogFormat::kAuto);

/// Changes the level while the server runs. Thread-safe.
void set_log_level(std::string_view level);

}  // namespace freshframe
