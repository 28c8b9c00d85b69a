#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

#include "access/roles.h"
#include "access/secret.h"

namespace freshframe {

/// The tokens of one role, as they were given.
struct GivenTokens {
  std::vector<Secret> tokens;
  /// What the log should warn of: a file that others can read.
  std::vector<std::string> warnings;
  /// The file that they can be read from again, and what people call it; empty where there is none.
  std::string file = {};
  std::string called = {};
};

/// What the environment said of a role's token. Of an environment variable with a token nothing is
/// left behind: its letters are overwritten where /proc/PID/environ shows them.
struct TokenEnvironment {
  /// Whether there was such a variable, be it empty.
  bool has_token = false;
  Secret token;
  /// systemd's folder of credentials; empty when there is none.
  std::string credentials_directory;
};

/// Thread: before any other runs, for it changes the environment. Call it once for each role.
TokenEnvironment take_token_environment(Role role);

/// The tokens of `role`: from `file` when that is not empty, from the environment, or from
/// systemd's credential; from none of them, there are none. Fails when two of them are there, for
/// it is not plain which one is meant, and when what is there cannot be read or holds no token. No
/// sentence holds a token, nor the name of a file, for that may be a token in the wrong place.
Result<GivenTokens> given_tokens(Role role, const std::string& file, TokenEnvironment environment);

/// Reads tokens from a file, a pipe too. What `given_tokens` does for a file.
Result<GivenTokens> tokens_from_file(const std::string& path, const std::string& called);

/// "view", "publish" or "admin".
std::string_view name_of(Role role);

}  // namespace freshframe
