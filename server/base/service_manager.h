#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace freshframe {

/// Who started this program and wants to know how it is: systemd, for a unit of Type=notify; nobody
/// when a person did. What it gives comes in the environment and as open descriptors
/// (sd_listen_fds(3), sd_watchdog_enabled(3)); what it is told are datagrams (sd_notify(3)).
///
/// Written here and not taken from libsystemd: the protocols are documented as stable and are three
/// variables and one datagram, for which no image and no other system has to carry a library.
///
/// Thread-safe, but for from_environment().
class ServiceManager {
 public:
  /// Nobody: nothing is given, and what is told goes nowhere.
  ServiceManager() = default;

  /// Takes what was given, and takes it out of the environment, so that no process that we start
  /// believes it to be its own. Fails when LISTEN_FDS is for us and is no number.
  /// Thread: before any other is started.
  static Result<ServiceManager> from_environment();

  /// Listening sockets, open and ours to close. None: we have to listen ourselves.
  const std::vector<int>& passed_sockets() const { return passed_sockets_; }

  /// We are ended when tell_alive() was not called for so long. 0: nobody looks.
  std::chrono::microseconds watchdog() const { return watchdog_; }

  /// We do what we are for. `status` is one line for people. May wait until it is taken: a manager
  /// that does not hear this would give us up.
  void tell_ready(std::string_view status) const;

  /// For the watchdog. Never waits; one that is lost is made good by the next.
  void tell_alive() const;

  /// We are about to end. Never waits.
  void tell_stopping() const;

 private:
  void tell(const std::string& assignments, int flags) const;

  /// As in NOTIFY_SOCKET: a path, or '@' and an abstract name. Empty: nobody wants to know.
  std::string notify_socket_;
  std::chrono::microseconds watchdog_{0};
  std::vector<int> passed_sockets_;
};

}  // namespace freshframe
