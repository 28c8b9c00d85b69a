#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <optional>
#include <string>

namespace freshframe {

/// The service manager's end: what it is told can be read here, without waiting.
class NotifySocket {
 public:
  /// `name` as in NOTIFY_SOCKET: a path, or '@' and an abstract name.
  explicit NotifySocket(const std::string& name) : socket_(socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name.front() == '@') {
      address.sun_path[0] = '\0';
    }
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    is_bound_ = bind(socket_, reinterpret_cast<const sockaddr*>(&address), length) == 0;
  }
  ~NotifySocket() { close(socket_); }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  bool is_bound() const { return is_bound_; }

  /// The oldest datagram that waits; empty when there is none.
  std::optional<std::string> take() {
    std::string datagram(4096, '\0');
    const ssize_t size = recv(socket_, datagram.data(), datagram.size(), MSG_DONTWAIT);
    if (size < 0) {
      return std::nullopt;
    }
    datagram.resize(static_cast<std::size_t>(size));
    return datagram;
  }

 private:
  int socket_;
  bool is_bound_ = false;
};

}  // namespace freshframe
