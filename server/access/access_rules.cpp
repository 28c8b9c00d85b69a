#include "access/access_rules.h"

namespace freshframe {

Result<AccessRules> access_rules(const AccessWishes& wishes) {
  const bool has_no_token = wishes.has_tokens_for.is_empty();
  AccessRules rules;
  if (wishes.insecure_no_auth) {
    if (wishes.has_tokens_for.has_any_of(Role::kView)) {
      return Failure{Failure::Kind::kMisconfigured,
                     "--insecure-no-auth lets anybody watch, and a view token was given as well; "
                     "leave one of them out"};
    }
    rules.open = has_no_token ? Roles::all() : Roles(Role::kView);
    rules.is_insecure = true;
  } else if (wishes.listens_on_loopback_only && has_no_token) {
    rules.open = Roles::all();
    rules.is_for_this_machine = true;
  } else {
    rules.needs_view_token_made = !wishes.has_tokens_for.has_any_of(Role::kView);
  }
  return rules;
}

}  // namespace freshframe
