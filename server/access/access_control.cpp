#include "access/access_control.h"

#include <utility>

namespace freshframe {

namespace {

struct Words {
  std::string_view deed;
  std::string_view token;
  std::string_view flag;
};

Words words_for(Role role) {
  switch (role) {
    case Role::kView:
      return {"watching", "a view token", "--view-token-file"};
    case Role::kPublish:
      return {"publishing", "a publish token", "--publish-token-file"};
    case Role::kAdmin:
      return {"this", "an admin token", "--admin-token-file"};
  }
  return {};
}

}  // namespace

AccessControl::AccessControl(const AccessRules& rules, TokenSet tokens)
    : rules_(rules), tokens_(std::move(tokens)) {}

AccessControl AccessControl::open_to_all() {
  return AccessControl({.open = Roles::all()}, TokenSet());
}

Judgement AccessControl::judge(const Credentials& credentials, Roles needed,
                               const boost::asio::ip::address& peer, TimePoint now) {
  const Judgement judgement = decide(credentials, needed, peer, now);
  count(judgement.verdict, credentials.token.has_value());
  return judgement;
}

Judgement AccessControl::decide(const Credentials& credentials, Roles needed,
                                const boost::asio::ip::address& peer, TimePoint now) {
  using Verdict = Judgement::Verdict;
  if (rules_.is_for_this_machine && credentials.is_forwarded) {
    // Tokens are not looked at: there are none.
    constexpr Roles kOpen = Role::kView;
    return needed.has_any_of(kOpen) ? Judgement{Verdict::kAdmitted, kOpen}
                                    : Judgement{Verdict::kNobodyMay};
  }
  if (is_open_to_all()) {
    return {Verdict::kAdmitted, Roles::all()};
  }
  const bool is_open = rules_.open.has_any_of(needed);
  if (is_open && !credentials.token && !credentials.ticket) {
    return {Verdict::kAdmitted, rules_.open};
  }
  if (const auto left = failures_.blocked_for(peer, now)) {
    return {Verdict::kTooManyWrong, Roles::none(), std::chrono::ceil<std::chrono::seconds>(*left)};
  }
  Roles granted = Roles::none();
  if (credentials.token) {
    granted = tokens_.roles_of(*credentials.token);
    if (granted.is_empty()) {
      failures_.count_failure(peer, now);
      return {Verdict::kNoToken};
    }
  } else if (credentials.ticket) {
    granted = tickets_.read(*credentials.ticket, now).value_or(Roles::none());
  }
  const Roles roles = granted | rules_.open;
  if (roles.has_any_of(needed)) {
    return {Verdict::kAdmitted, roles};
  }
  if (!tokens_.grantable().has_any_of(needed)) {
    return {Verdict::kNobodyMay};
  }
  return {granted.is_empty() ? Verdict::kNoToken : Verdict::kNotAllowed};
}

void AccessControl::replace_tokens(TokenSet tokens) {
  if (!tokens.has_all_of(tokens_)) {
    tickets_ = SessionTickets();
  }
  tokens_ = std::move(tokens);
}

void AccessControl::count(Judgement::Verdict verdict, bool has_token) {
  switch (verdict) {
    case Judgement::Verdict::kAdmitted:
      return;
    case Judgement::Verdict::kNoToken:
      ++(has_token ? counters_.wrong_token : counters_.no_token);
      return;
    case Judgement::Verdict::kNotAllowed:
    case Judgement::Verdict::kNobodyMay:
      ++counters_.not_allowed;
      return;
    case Judgement::Verdict::kTooManyWrong:
      ++counters_.blocked;
      return;
  }
}

std::string AccessControl::why_not(Role role) const {
  const Words words = words_for(role);
  std::string text(words.deed);
  text.append(" needs ").append(words.token);
  if (tokens_.grantable().has_any_of(role)) {
    return text.append(", and this one is not");
  }
  return text.append(", and this server has none; start it with ")
      .append(words.flag)
      .append(" FILE");
}

}  // namespace freshframe
