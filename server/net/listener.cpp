#include "net/listener.h"

#include <chrono>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
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

}  // namespace

Result<Listener> Listener::open(asio::io_context& loop, const std::string& address,
                                std::uint16_t port) {
  boost::system::error_code error;
  const asio::ip::address parsed = asio::ip::make_address(address, error);
  tcp::acceptor acceptor(loop);
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
    if (!error) {
      acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
  }
  if (error) {
    return cannot_listen(address, port, error);
  }
  return Listener(std::move(acceptor));
}

asio::awaitable<void> Listener::run(OnConnection on_connection) {
  asio::steady_timer pause(acceptor_.get_executor());
  LogInterval complaints(kComplaintInterval);
  while (acceptor_.is_open()) {
    auto [error, socket] = co_await acceptor_.async_accept(kNoThrow);
    if (!error) {
      on_connection(std::move(socket));
      continue;
    }
    if (!acceptor_.is_open()) {
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

void Listener::close() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
}

}  // namespace freshframe
