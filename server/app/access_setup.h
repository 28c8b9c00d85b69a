#pragma once

#include <optional>
#include <span>
#include <string>

#include "app/options.h"
#include "base/result.h"

#include "access/access_control.h"
#include "access/secret.h"
#include "access/token_files.h"

namespace freshframe {

/// Who may do what, and what may be told of it.
struct AccessSetup {
  AccessControl control;
  /// With which the page can be opened; empty when it needs none.
  std::optional<Secret> view_token;
  /// The file that the view token is kept in, when this server made it; else empty.
  std::string kept_in;
  /// To read the tokens again from.
  TokenFiles files;
};

/// Reads the tokens that `options` and the environment give, and where viewing needs one and none
/// was given, the one that the server keeps for itself; it is made at the first start. Logs
/// warnings. Thread: before any other runs, for it takes tokens out of the environment.
/// `passed_sockets` are those at which the server listens, in place of the address in `options`, if
/// there are any.
Result<AccessSetup> set_up_access(const Options& options, std::span<const int> passed_sockets = {});

/// Fails as set_up_access() would, and makes no token. Thread: the same.
Result<void> check_access_setup(const Options& options, std::span<const int> passed_sockets = {});

/// What to print when the server is live at `url`. The address with the token goes to terminals
/// only: what a program reads may be kept, by journald for example, where others read it. A token
/// that somebody chose himself is not shown.
std::string announcement(const std::string& url, const AccessSetup& access, bool is_terminal);

/// What --print-url prints: the address with the token, and on a terminal a QR code.
std::string address_to_open(const std::string& url, const AccessSetup& access, bool is_terminal);

}  // namespace freshframe
