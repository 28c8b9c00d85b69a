#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "access/digest.h"
#include "access/roles.h"

namespace freshframe {

/// What a browser keeps in a cookie instead of the token: roles and an end, sealed with a key that
/// this run of the program made and keeps to itself.
///
/// A sealed ticket rather than the number of a session that is remembered here: nothing is kept for
/// a browser, so that any number of them costs nothing, and a restart takes all tickets back.
///
/// Thread: event loop only. Is told the time.
class SessionTickets {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::hours kLifetime{30 * 24};

  /// Makes the key. Throws std::system_error where the kernel has no random bytes.
  SessionTickets();

  /// Letters, digits and dots only.
  std::string issue(Roles roles, TimePoint now) const;

  /// What the ticket allows; nothing when it was not issued here or has ended.
  std::optional<Roles> read(std::string_view ticket, TimePoint now) const;

 private:
  Digest key_;
};

}  // namespace freshframe
