#include "app/access_setup.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <spdlog/spdlog.h>

#include "app/page_url.h"
#include "app/qr_code.h"
#include "base/state_directory.h"

#include "access/access_rules.h"
#include "access/environment.h"
#include "access/kept_token.h"
#include "access/token_set.h"
#include "access/token_sources.h"

namespace freshframe {

namespace {

bool is_loopback(const std::string& address) {
  boost::system::error_code error;
  const auto parsed = boost::asio::ip::make_address(address, error);
  return !error && parsed.is_loopback();
}

bool is_loopback(int socket) {
  boost::asio::ip::tcp::endpoint endpoint;
  auto size = static_cast<socklen_t>(endpoint.capacity());
  return ::getsockname(socket, endpoint.data(), &size) == 0 && endpoint.address().is_loopback();
}

bool listens_on_loopback_only(const Options& options, std::span<const int> passed_sockets) {
  if (passed_sockets.empty()) {
    return is_loopback(options.listen_address);
  }
  return std::all_of(passed_sockets.begin(), passed_sockets.end(),
                     [](int socket) { return is_loopback(socket); });
}

void log_warnings(const GivenTokens& given) {
  for (const std::string& warning : given.warnings) {
    spdlog::warn("{}", warning);
  }
}

std::string qr_code_unless_dumb(const std::string& text) {
  const char* const terminal = environment_variable("TERM");
  const bool is_dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return is_dumb ? std::string() : qr_code_for_terminal(text);
}

/// What the options and the environment say of access.
struct GivenAccess {
  TokenSet tokens;
  AccessRules rules;
  /// The first of them, if there is any.
  std::optional<Secret> view_token;
  TokenFiles files;
};

Result<GivenAccess> given_access(const Options& options, std::span<const int> passed_sockets) {
  const std::array<std::pair<Role, const std::string*>, 3> files{{
      {Role::kView, &options.view_token_file},
      {Role::kPublish, &options.publish_token_file},
      {Role::kAdmin, &options.admin_token_file},
  }};
  GivenAccess access;
  Roles has_tokens_for = Roles::none();
  std::optional<Failure> failure;
  // All of them, whatever is wrong with the first: none stays behind in the environment.
  for (const auto& [role, file] : files) {
    Result<GivenTokens> given = given_tokens(role, *file, take_token_environment(role));
    if (!given) {
      failure = failure ? failure : given.error();
      continue;
    }
    log_warnings(*given);
    if (!given->file.empty()) {
      access.files.add(given->file, given->called, role);
    }
    for (Secret& token : given->tokens) {
      if (given->file.empty()) {
        access.files.keep(token.text(), granted_by(role));
      }
      access.tokens.add(token.text(), granted_by(role));
      has_tokens_for = has_tokens_for | role;
      if (role == Role::kView && !access.view_token) {
        access.view_token = std::move(token);
      }
    }
  }
  if (failure) {
    return *failure;
  }
  const Result<AccessRules> rules =
      access_rules({.listens_on_loopback_only = listens_on_loopback_only(options, passed_sockets),
                    .has_tokens_for = has_tokens_for,
                    .insecure_no_auth = options.insecure_no_auth});
  if (!rules) {
    return rules.error();
  }
  access.rules = *rules;
  return access;
}

}  // namespace

Result<void> check_access_setup(const Options& options, std::span<const int> passed_sockets) {
  const Result<GivenAccess> access = given_access(options, passed_sockets);
  if (!access) {
    return access.error();
  }
  if (!access->rules.needs_view_token_made) {
    return {};
  }
  const Result<std::filesystem::path> directory = state_directory_path(options.state_directory);
  if (!directory) {
    return directory.error();
  }
  const Result<std::optional<GivenTokens>> kept = find_kept_view_token(directory->string());
  if (!kept) {
    return kept.error();
  }
  if (!*kept) {
    return check_state_directory(options.state_directory);
  }
  log_warnings(**kept);
  return {};
}

Result<AccessSetup> set_up_access(const Options& options, std::span<const int> passed_sockets) {
  Result<GivenAccess> access = given_access(options, passed_sockets);
  if (!access) {
    return access.error();
  }
  std::string kept_in;
  if (access->rules.needs_view_token_made) {
    const Result<std::filesystem::path> directory = state_directory(options.state_directory);
    if (!directory) {
      return directory.error();
    }
    Result<GivenTokens> kept = kept_view_token(directory->string());
    if (!kept) {
      return kept.error();
    }
    log_warnings(*kept);
    if (!kept->file.empty()) {
      access->files.add(kept->file, kept->called, Role::kView);
    }
    access->view_token = std::move(kept->tokens.front());
    access->tokens.add(access->view_token->text(), granted_by(Role::kView));
    kept_in = (*directory / kKeptTokenName).string();
  }
  return AccessSetup{AccessControl(access->rules, std::move(access->tokens)),
                     std::move(access->view_token), std::move(kept_in), std::move(access->files)};
}

std::string announcement(const std::string& url, const AccessSetup& access, bool is_terminal) {
  const std::string live = "Freshframe is live at ";
  if (access.kept_in.empty()) {
    return live + url + "\n";
  }
  if (!is_terminal) {
    return live + url + "\nThe token to watch with is in " + access.kept_in +
           "; freshframe --print-url, with the same options, prints the address with it.\n";
  }
  return live + address_to_open(url, access, is_terminal);
}

std::string address_to_open(const std::string& url, const AccessSetup& access, bool is_terminal) {
  const std::string whole = access.view_token ? with_token(url, access.view_token->text()) : url;
  return whole + "\n" + (is_terminal ? qr_code_unless_dumb(whole) : "");
}

}  // namespace freshframe
