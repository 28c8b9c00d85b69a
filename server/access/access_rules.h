#pragma once

#include "base/result.h"

#include "access/roles.h"

namespace freshframe {

/// Who needs a token, decided once at the start.
struct AccessRules {
  /// What anybody may do who reaches the port.
  Roles open = Roles::none();
  /// Viewing needs a token, and none was given: one has to be made.
  bool needs_view_token_made = false;
  /// All is open because only this machine reaches the port. Whoever reaches a proxy on it does so,
  /// too, and may only watch.
  bool is_for_this_machine = false;
  /// Open to more than this machine, because it was asked for.
  bool is_insecure = false;
};

/// What the start is told about access.
struct AccessWishes {
  bool listens_on_loopback_only = true;
  /// The roles that tokens were given for.
  Roles has_tokens_for = Roles::none();
  bool insecure_no_auth = false;
};

/// Everything is open on a loopback address without any token, and nothing otherwise. With one
/// exception, which has to be asked for: open although others reach the port, and then, as soon as
/// there is a token for publishing or admin, open for viewing only. Fails when viewing is to be
/// open and to need a token.
Result<AccessRules> access_rules(const AccessWishes& wishes);

}  // namespace freshframe
