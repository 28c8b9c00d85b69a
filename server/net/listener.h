#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/result.h"

namespace freshframe {

/// Takes connections at one address.
///
/// Thread: event loop only.
class Listener {
 public:
  /// Is given each new connection.
  using OnConnection = std::function<void(boost::asio::ip::tcp::socket)>;

  /// Listens from here on. Fails with a sentence when the address is not ours or the port is taken.
  static Result<Listener> open(boost::asio::io_context& loop, const std::string& address,
                               std::uint16_t port);

  boost::asio::ip::tcp::endpoint local_endpoint() const { return local_endpoint_; }

  /// Accepts until close(). When the system has no more sockets to give, waits and goes on.
  boost::asio::awaitable<void> run(OnConnection on_connection);

  void close();

 private:
  explicit Listener(boost::asio::ip::tcp::acceptor acceptor)
      : acceptor_(std::move(acceptor)), local_endpoint_(acceptor_.local_endpoint()) {}

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::ip::tcp::endpoint local_endpoint_;
};

}  // namespace freshframe
