#pragma once

#include <string>
#include <string_view>

#include "app/options.h"
#include "base/result.h"

namespace freshframe {

/// Reads a configuration: JSON (RFC 8259) with // and /* */ comments, its keys as in
/// config/freshframe.schema.json. What it does not mention is left as it is in `defaults`.
/// Fails with one line for the first thing that is wrong: the JSON path (RFC 6901), the value and
/// what is allowed there, or the line and column of a slip in the JSON itself.
Result<Options> parse_config(std::string_view text, const Options& defaults);

/// The same for a regular file of at most 1 MiB. The reason begins with its path. Never waits for
/// somebody to write.
Result<Options> read_config_file(const std::string& path, const Options& defaults);

}  // namespace freshframe
