#include "net/listener.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include "base/log_interval.h"

namespace freshframe {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kOutOfSocketsPause{200};
constexpr std::chrono::seconds kComplaintInterval{10};

Failure cannot_listen(const std::string& address, std::uint16_t port,
                      const boost::system::error_code& error) {
  const std::string place = address + " port " + std::to_string(port);
  if (error == asio::error::address_in_use) {
    return {Failure::Kind::kUnavailable,
            place +
                " is in use by another program; stop that one (ss -ltnp shows it) or choose "
                "another port with --listen ADDR:PORT"};
  }
  if (error == asio::error::access_denied) {
    return {Failure::Kind::kNoPermission,
            place +
                " may not be opened by this user; choose a port from 1024 up with "
                "--listen ADDR:PORT"};
  }
  return {Failure::Kind::kMisconfigured, "cannot listen on " + place + ": " + error.message()};
}

/// Empty when this is no TCP socket that listens.
std::optional<tcp> listening_protocol(int socket) {
  const auto option = [socket](int name) {
    int value = 0;
    socklen_t size = sizeof(value);
    return getsockopt(socket, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
  };
  if (option(SO_PROTOCOL) != IPPROTO_TCP || option(SO_ACCEPTCONN) != 1) {
    return std::nullopt;
  }
  return option(SO_DOMAIN) == AF_INET6 ? tcp::v6() : tcp::v4();
}

Failure cannot_adopt(int socket) {
  return {Failure::Kind::kMisconfigured,
          "descriptor " + std::to_string(socket) +
              ", which LISTEN_FDS says is ours, is no TCP socket that listens; a socket unit for "
              "Freshframe has only ListenStream=IP:PORT (or PORT) and Accept=no"};
}

asio::awaitable<void> accept_until_closed(tcp::acceptor& acceptor,
                                          Listener::OnConnection on_connection) {
  asio::steady_timer pause(acceptor.get_executor());
  LogInterval complaints(kComplaintInterval);
  while (acceptor.is_open()) {
    auto [error, socket] = co_await acceptor.async_accept(kNoThrow);
    if (!error) {
      on_connection(std::move(socket));
      continue;
    }
    if (!acceptor.is_open()) {
      break;
    }
    // Most often EMFILE: the peer stays in the queue, and trying at once would only spin.
    if (const auto held_back = complaints.lets_pass(std::chrono::steady_clock::now())) {
      spdlog::warn("cannot accept a connection: {} (and {} times since the last such line)",
                   error.message(), *held_back);
    }
    pause.expires_after(kOutOfSocketsPause);
    co_await pause.async_wait(kNoThrow);
  }
}

boost::system::error_code bind_to(tcp::acceptor& acceptor, const std::string& address,
                                  std::uint16_t port) {
  boost::system::error_code error;
  const asio::ip::address parsed = asio::ip::make_address(address, error);
  if (!error) {
    const tcp::endpoint endpoint(parsed, port);
    acceptor.open(endpoint.protocol(), error);
    // So that a restart need not wait for the last connections of the run before to be forgotten.
    if (!error) {
      acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    }
    if (!error) {
      acceptor.bind(endpoint, error);
    }
  }
  return error;
}

}  // namespace

Result<void> Listener::check(const std::string& address, std::uint16_t port) {
  asio::io_context loop;
  tcp::acceptor acceptor(loop);
  const boost::system::error_code error = bind_to(acceptor, address, port);
  if (error && error != asio::error::address_in_use) {
    return cannot_listen(address, port, error);
  }
  return {};
}

Result<Listener> Listener::open(asio::io_context& loop, const std::string& address,
                                std::uint16_t port) {
  tcp::acceptor acceptor(loop);
  boost::system::error_code error = bind_to(acceptor, address, port);
  if (!error) {
    acceptor.listen(asio::socket_base::max_listen_connections, error);
  }
  if (error) {
    return cannot_listen(address, port, error);
  }
  std::vector<tcp::acceptor> acceptors;
  acceptors.push_back(std::move(acceptor));
  return Listener(std::move(acceptors));
}

Result<Listener> Listener::adopt(asio::io_context& loop, std::span<const int> sockets) {
  std::vector<tcp::acceptor> acceptors;
  for (const int socket : sockets) {
    const std::optional<tcp> protocol = listening_protocol(socket);
    boost::system::error_code error;
    if (protocol) {
      acceptors.emplace_back(loop).assign(*protocol, socket, error);
    }
    if (!protocol || error) {
      return cannot_adopt(socket);
    }
  }
  return Listener(std::move(acceptors));
}

Listener::Listener(std::vector<tcp::acceptor> acceptors) : acceptors_(std::move(acceptors)) {
  for (const tcp::acceptor& acceptor : acceptors_) {
    local_endpoints_.push_back(acceptor.local_endpoint());
  }
}

asio::awaitable<void> Listener::run(OnConnection on_connection) {
  for (tcp::acceptor& acceptor : std::span(acceptors_).subspan(1)) {
    co_spawn(acceptor.get_executor(), accept_until_closed(acceptor, on_connection), asio::detached);
  }
  co_await accept_until_closed(acceptors_.front(), std::move(on_connection));
}

void Listener::close() {
  boost::system::error_code ignored;
  for (tcp::acceptor& acceptor : acceptors_) {
    acceptor.close(ignored);
  }
}

}  // namespace freshframe
