#include "base/service_manager.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <system_error>

#include <spdlog/spdlog.h>

namespace freshframe {

namespace {

// sd_listen_fds(3): the descriptors follow standard error.
constexpr int kFirstPassedDescriptor = 3;
// More than anybody listens at, and far from what a number could overflow.
constexpr std::uint64_t kMostPassedDescriptors = 1024;

/// The variable's value, which is then gone.
std::string take_variable(const char* name) {
  const char* const value =
      std::getenv(name);  // NOLINT(concurrency-mt-unsafe): no other thread yet
  std::string taken = value == nullptr ? "" : value;
  unsetenv(name);  // NOLINT(concurrency-mt-unsafe): as above
  return taken;
}

std::optional<std::uint64_t> parse_number(const std::string& text) {
  const char* const end = text.data() + text.size();
  std::uint64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end) {
    return std::nullopt;
  }
  return number;
}

/// Both protocols name the process that is meant, for the environment is inherited.
bool is_us(const std::string& process) {
  return parse_number(process) == static_cast<std::uint64_t>(getpid());
}

Result<std::vector<int>> take_passed_sockets() {
  const std::string process = take_variable("LISTEN_PID");
  const std::string count_text = take_variable("LISTEN_FDS");
  take_variable("LISTEN_FDNAMES");
  if (!is_us(process) || count_text.empty()) {
    return std::vector<int>();
  }
  const std::optional<std::uint64_t> count = parse_number(count_text);
  if (!count || *count > kMostPassedDescriptors) {
    return Failure{Failure::Kind::kMisconfigured,
                   "LISTEN_FDS is \"" + count_text +
                       "\"; it is the number of sockets passed, up to " +
                       std::to_string(kMostPassedDescriptors) + ", and systemd sets it"};
  }
  std::vector<int> sockets;
  for (int i = 0; i < static_cast<int>(*count); ++i) {
    sockets.push_back(kFirstPassedDescriptor + i);
    // Not for processes that we start. One that is not open is said to be no socket by who uses it.
    fcntl(sockets.back(), F_SETFD, FD_CLOEXEC);
  }
  return sockets;
}

std::chrono::microseconds take_watchdog() {
  const std::string process = take_variable("WATCHDOG_PID");
  const std::optional<std::uint64_t> interval = parse_number(take_variable("WATCHDOG_USEC"));
  if (!process.empty() && !is_us(process)) {
    return {};
  }
  // A time that a clock could not hold is as good as none.
  const auto most = std::chrono::microseconds(std::chrono::hours(24 * 365));
  return std::min(std::chrono::microseconds(static_cast<std::int64_t>(
                      std::min<std::uint64_t>(interval.value_or(0), INT64_MAX))),
                  most);
}

}  // namespace

Result<ServiceManager> ServiceManager::from_environment() {
  ServiceManager manager;
  manager.notify_socket_ = take_variable("NOTIFY_SOCKET");
  manager.watchdog_ = take_watchdog();
  Result<std::vector<int>> sockets = take_passed_sockets();
  if (!sockets) {
    return sockets.error();
  }
  manager.passed_sockets_ = *std::move(sockets);
  return manager;
}

void ServiceManager::tell_ready(std::string_view status) const {
  tell("READY=1\nSTATUS=" + std::string(status), 0);
}

void ServiceManager::tell_alive() const {
  tell("WATCHDOG=1", MSG_DONTWAIT);
}

void ServiceManager::tell_stopping() const {
  tell("STOPPING=1", MSG_DONTWAIT);
}

void ServiceManager::tell(const std::string& assignments, int flags) const {
  if (notify_socket_.empty()) {
    return;
  }
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  int error = ENAMETOOLONG;
  // A path is followed by a zero, an abstract name (unix(7)) begins with one.
  if (notify_socket_.size() < sizeof(address.sun_path)) {
    std::memcpy(address.sun_path, notify_socket_.data(), notify_socket_.size());
    if (address.sun_path[0] == '@') {
      address.sun_path[0] = '\0';
    }
    const auto length =
        static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + notify_socket_.size());
    // A socket for each: a connected one would be lost when the manager starts itself anew.
    const int sender = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const ssize_t sent =
        sender == -1 ? -1
                     : sendto(sender, assignments.data(), assignments.size(), flags | MSG_NOSIGNAL,
                              // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
                              reinterpret_cast<const sockaddr*>(&address), length);
    error = sent == -1 ? errno : 0;
    if (sender != -1) {
      close(sender);
    }
  }
  if (error != 0) {
    // A feeding that is lost costs nothing, and if all are, the manager says so loudly.
    const bool is_minor = (flags & MSG_DONTWAIT) != 0;
    spdlog::log(is_minor ? spdlog::level::debug : spdlog::level::warn, "cannot tell {} at {}: {}",
                assignments.substr(0, assignments.find('\n')), notify_socket_,
                std::generic_category().message(error));
  }
}

}  // namespace freshframe
