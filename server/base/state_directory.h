#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace freshframe {

/// The folder for what the server keeps from one run to the next, made for this user only (0700)
/// when it is not there: `chosen` if that is not empty, else $STATE_DIRECTORY, which systemd sets
/// (systemd.exec(5)), else $XDG_STATE_HOME/freshframe, else ~/.local/state/freshframe (XDG Base
/// Directory Specification).
Result<std::filesystem::path> state_directory(const std::string& chosen = {});

/// Where that folder is or would be. Makes nothing.
Result<std::filesystem::path> state_directory_path(const std::string& chosen = {});

/// Whether that folder is there, or may be made, and may be written to by this user. Makes nothing.
/// Fails with a sentence that says what to do.
Result<void> check_state_directory(const std::string& chosen = {});

}  // namespace freshframe
