#include "access/token_sources.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/unique_fd.h"

#include "access/environment.h"
#include "access/token.h"

namespace freshframe {

namespace {

// 64 tokens of 256 letters, each with its line feed, take a quarter of it.
constexpr std::size_t kMostFileBytes = std::size_t{64} * 1024;

Failure failure_of(const std::string& called, std::string_view reason) {
  return {Failure::Kind::kMisconfigured, called + ": " + std::string(reason)};
}

Failure system_failure(const std::string& called, std::string_view what, int error) {
  return failure_of(called, std::string(what) + ": " + std::generic_category().message(error));
}

std::string variable_name(Role role) {
  switch (role) {
    case Role::kView:
      return "FRESHFRAME_VIEW_TOKEN";
    case Role::kPublish:
      return "FRESHFRAME_PUBLISH_TOKEN";
    case Role::kAdmin:
      return "FRESHFRAME_ADMIN_TOKEN";
  }
  return {};
}

Result<GivenTokens> read_tokens(std::string_view text, const std::string& called) {
  Result<std::vector<Secret>> tokens = tokens_in(text);
  if (!tokens) {
    return failure_of(called, tokens.error().reason);
  }
  return GivenTokens{.tokens = std::move(*tokens), .warnings = {}};
}

Result<Secret> read_all(int file, const std::string& called) {
  std::string text(kMostFileBytes + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = read(file, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      const int error = errno;
      Secret::wipe(text);
      return system_failure(called, "the file cannot be read", error);
    }
    if (got == 0) {
      break;
    }
    size += static_cast<std::size_t>(got);
  }
  const bool is_too_large = size == text.size();
  text.resize(size);
  Secret secret(std::move(text));
  if (is_too_large) {
    return failure_of(called, "the file is larger than 64 KiB, so it holds something else");
  }
  return secret;
}

}  // namespace

std::string_view name_of(Role role) {
  switch (role) {
    case Role::kView:
      return "view";
    case Role::kPublish:
      return "publish";
    case Role::kAdmin:
      return "admin";
  }
  return {};
}

TokenEnvironment take_token_environment(Role role) {
  TokenEnvironment environment;
  if (const char* const directory = environment_variable("CREDENTIALS_DIRECTORY")) {
    environment.credentials_directory = directory;
  }
  const std::string name = variable_name(role);
  if (char* const value = environment_variable(name.c_str())) {
    environment.has_token = true;
    environment.token = Secret(value);
    // "NAME=value" is one text, and /proc/PID/environ shows the place where it lay at the start.
    const std::size_t size = name.size() + 1 + std::strlen(value);
    char* const begin = value - (name.size() + 1);
    unsetenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): before any other thread
    explicit_bzero(begin, size);
  }
  return environment;
}

Result<GivenTokens> tokens_from_file(const std::string& path, const std::string& called) {
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) {
    return system_failure(called, "the file cannot be opened", errno);
  }
  struct stat status {};
  if (fstat(file.get(), &status) != 0) {
    return system_failure(called, "the file cannot be looked at", errno);
  }
  const Result<Secret> text = read_all(file.get(), called);
  if (!text) {
    return text.error();
  }
  Result<GivenTokens> tokens = read_tokens(text->text(), called);
  if (tokens && S_ISREG(status.st_mode)) {
    tokens->file = path;
    tokens->called = called;
  }
  if (tokens && S_ISREG(status.st_mode) && (status.st_mode & (S_IROTH | S_IWOTH)) != 0) {
    tokens->warnings.push_back(called + ": other users of this machine can " +
                               ((status.st_mode & S_IWOTH) != 0 ? "change" : "read") +
                               " the file; chmod o-rw keeps them out");
  }
  return tokens;
}

Result<GivenTokens> given_tokens(Role role, const std::string& file, TokenEnvironment environment) {
  const std::string flag = "--" + std::string(name_of(role)) + "-token-file";
  const std::string variable = variable_name(role);
  const std::string credential = "freshframe." + std::string(name_of(role)) + "-token";
  const std::string credential_path = environment.credentials_directory + "/" + credential;
  const bool has_credential =
      !environment.credentials_directory.empty() && access(credential_path.c_str(), F_OK) == 0;
  std::vector<std::string> sources;
  if (!file.empty()) {
    sources.push_back(flag);
  }
  if (environment.has_token) {
    sources.push_back(variable);
  }
  if (has_credential) {
    sources.push_back("the credential " + credential);
  }
  if (sources.size() > 1) {
    return failure_of(
        "the " + std::string(name_of(role)) + " token",
        "it is given by " + sources[0] + " and by " + sources[1] + "; leave one of them out");
  }
  if (!file.empty()) {
    return tokens_from_file(file, flag);
  }
  if (environment.has_token) {
    return read_tokens(environment.token.text(), variable);
  }
  if (has_credential) {
    return tokens_from_file(credential_path, sources[0]);
  }
  return GivenTokens{};
}

}  // namespace freshframe
