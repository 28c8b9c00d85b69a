#include "access/kept_token.h"

#include <unistd.h>

#include <system_error>
#include <utility>

#include "base/private_file.h"
#include "base/state_directory.h"

#include "access/secret.h"
#include "access/token.h"

namespace freshframe {

namespace {

Failure cannot_keep(const std::string& why) {
  return {Failure::Kind::kMisconfigured,
          "no view token can be kept: " + why +
              ", or give a token of your own with --view-token-file FILE"};
}

/// Makes a token at `path` unless there is something by that name meanwhile.
std::error_code make_token_file(const std::string& path) {
  const Secret token = make_token();
  std::string line;
  line.reserve(token.text().size() + 1);  // no copy is left behind by its growing
  line.append(token.text()).append("\n");
  const std::error_code error = write_new_private_file(path, line);
  Secret::wipe(line);
  return error == std::errc::file_exists ? std::error_code() : error;
}

std::string path_in(const std::string& directory) {
  return directory + "/" + std::string(kKeptTokenName);
}

bool is_there(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

Result<GivenTokens> read_token_file(const std::string& path) {
  Result<GivenTokens> kept = tokens_from_file(path, path);
  if (!kept) {
    return Failure{kept.error().kind, kept.error().reason +
                                          ". It is the view token that this server made; without "
                                          "the file it makes another"};
  }
  return kept;
}

}  // namespace

Result<GivenTokens> kept_view_token(const std::string& directory) {
  const std::string path = path_in(directory);
  if (!is_there(path)) {
    if (const auto made = state_directory(directory); !made) {
      return cannot_keep(made.error().reason);
    }
    if (const std::error_code error = make_token_file(path)) {
      return cannot_keep(path + " cannot be written (" + error.message() +
                         "); name a folder that this user may write to with --state-directory DIR");
    }
  }
  return read_token_file(path);
}

Result<std::optional<GivenTokens>> find_kept_view_token(const std::string& directory) {
  const std::string path = path_in(directory);
  if (!is_there(path)) {
    return std::optional<GivenTokens>();
  }
  Result<GivenTokens> kept = read_token_file(path);
  return kept ? Result<std::optional<GivenTokens>>(std::move(*kept)) : kept.error();
}

}  // namespace freshframe
