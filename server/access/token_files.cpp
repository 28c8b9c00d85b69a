#include "access/token_files.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include <spdlog/spdlog.h>

#include "access/secret.h"
#include "access/token_sources.h"

namespace freshframe {

void TokenFiles::add(std::string path, std::string called, Role role) {
  files_.push_back({std::move(path), std::move(called), role});
}

Result<TokenSet> TokenFiles::read() const {
  TokenSet tokens = kept_;
  for (const File& file : files_) {
    // A pipe in its place would be waited for, and nothing else would go on meanwhile.
    std::error_code error;
    if (std::filesystem::exists(file.path, error) &&
        !std::filesystem::is_regular_file(file.path, error)) {
      return Failure{Failure::Kind::kMisconfigured, file.called + ": it is no file any more"};
    }
    const Result<GivenTokens> given = tokens_from_file(file.path, file.called);
    if (!given) {
      return given.error();
    }
    for (const std::string& warning : given->warnings) {
      spdlog::warn("{}", warning);
    }
    for (const Secret& token : given->tokens) {
      tokens.add(token.text(), granted_by(file.role));
    }
  }
  return tokens;
}

}  // namespace freshframe
