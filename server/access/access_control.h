#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/ip/address.hpp>

#include "access/access_rules.h"
#include "access/auth_failure_counters.h"
#include "access/failure_table.h"
#include "access/roles.h"
#include "access/session_tickets.h"
#include "access/token_set.h"

namespace freshframe {

/// What a request brought to show who it is.
struct Credentials {
  /// A token, which somebody chose to send.
  std::optional<std::string> token;
  /// A ticket, which a browser sends by itself. It counts where there is no token.
  std::optional<std::string> ticket;
  /// Whether a proxy has passed it on, as far as it says so: who asks need not be on this machine.
  bool is_forwarded = false;
};

/// Whether a request may go on.
struct Judgement {
  enum class Verdict {
    kAdmitted,
    kNoToken,       // none was sent, or none that is right
    kNotAllowed,    // the token is right, and for something else
    kNobodyMay,     // there is no token that allows it
    kTooManyWrong,  // this address has tried too many
  };
  Verdict verdict = Verdict::kNoToken;
  /// What else the peer may do on this connection.
  Roles roles = Roles::none();
  /// With kTooManyWrong: how long it will not be heard.
  std::chrono::seconds retry_after{0};
};

/// Judges who may do what.
///
/// Thread: event loop only. Outlives the connections. Is told the time.
class AccessControl {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// Throws std::system_error where the kernel has no random bytes.
  AccessControl(const AccessRules& rules, TokenSet tokens);

  /// Everything is open to everybody.
  static AccessControl open_to_all();

  /// Whether a request of `peer` may do what any of `needed` allows. A wrong token counts against
  /// the address; so many of them that it is blocked, and nothing it sends is looked at, a right
  /// token neither: else an answer would still tell which one is right. A ticket that is wrong or
  /// old does not count, for browsers come back with one after every restart.
  Judgement judge(const Credentials& credentials, Roles needed,
                  const boost::asio::ip::address& peer, TimePoint now);

  /// From now on `tokens` count. Who is connected stays; when a token is not there any more, all
  /// tickets end, for nobody knows which of them it was swapped for.
  void replace_tokens(TokenSet tokens);

  /// What judge() did not admit so far.
  const AuthFailureCounters& counters() const { return counters_; }

  /// A ticket for a browser whose token was right.
  std::string issue_ticket(Roles roles, TimePoint now) const { return tickets_.issue(roles, now); }

  bool is_open_to_all() const { return rules_.open == Roles::all(); }
  /// Open to other machines, because it was asked for.
  bool is_insecure() const { return rules_.is_insecure; }

  /// Why somebody may not do what `role` allows, and what to do about it.
  std::string why_not(Role role) const;

 private:
  Judgement decide(const Credentials& credentials, Roles needed,
                   const boost::asio::ip::address& peer, TimePoint now);
  void count(Judgement::Verdict verdict, bool has_token);

  AccessRules rules_;
  TokenSet tokens_;
  SessionTickets tickets_;
  FailureTable failures_;
  AuthFailureCounters counters_;
};

}  // namespace freshframe
