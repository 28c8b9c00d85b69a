#include "app/reload.h"

#include <string>
#include <utility>

#include <spdlog/spdlog.h>

#include "app/changed_options.h"
#include "base/log.h"

namespace freshframe {

void Reload::run(AccessControl& access, ServerCertificate* certificate) {
  read_options();
  read_tokens(access);
  if (certificate != nullptr) {
    certificate->reload();
  }
}

void Reload::read_tokens(AccessControl& access) const {
  if (tokens_.is_empty()) {
    return;
  }
  Result<TokenSet> tokens = tokens_.read();
  if (!tokens) {
    spdlog::warn("kept the tokens that were there: {}", tokens.error().reason);
    return;
  }
  access.replace_tokens(std::move(*tokens));
  spdlog::info("read the files with tokens again");
}

void Reload::read_options() {
  const Result<Options> now = read_();
  if (!now) {
    spdlog::warn("kept the configuration that was there: {}", now.error().reason);
    return;
  }
  if (now->log_level != running_.log_level) {
    running_.log_level = now->log_level;
    set_log_level(running_.log_level);
  }
  std::string changed;
  for (const std::string& name : changed_options(running_, *now)) {
    changed += (changed.empty() ? "" : ", ") + name;
  }
  if (!changed.empty()) {
    spdlog::warn("the configuration has changed in what takes a restart: {}", changed);
  }
}

}  // namespace freshframe
