#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/result.h"

namespace freshframe {

/// Takes connections at one address, or at those of the sockets that it was handed.
///
/// Thread: event loop only.
class Listener {
 public:
  /// Is given each new connection.
  using OnConnection = std::function<void(boost::asio::ip::tcp::socket)>;

  /// Listens from here on. Fails with a sentence when the address is not ours or the port is taken.
  static Result<Listener> open(boost::asio::io_context& loop, const std::string& address,
                               std::uint16_t port);

  /// Fails as open() would, and listens nowhere. A port in use counts as one that may be had: it
  /// may be this very server that has it.
  static Result<void> check(const std::string& address, std::uint16_t port);

  /// Takes over sockets that listen already, at least one. Fails when one of them is no TCP socket
  /// or does not listen; which of them are still open is then not said.
  static Result<Listener> adopt(boost::asio::io_context& loop, std::span<const int> sockets);

  /// The first one's.
  boost::asio::ip::tcp::endpoint local_endpoint() const { return local_endpoints_.front(); }

  /// One for each socket, at least one.
  std::span<const boost::asio::ip::tcp::endpoint> local_endpoints() const {
    return local_endpoints_;
  }

  /// Accepts until close(). When the system has no more sockets to give, waits and goes on.
  boost::asio::awaitable<void> run(OnConnection on_connection);

  void close();

 private:
  explicit Listener(std::vector<boost::asio::ip::tcp::acceptor> acceptors);

  std::vector<boost::asio::ip::tcp::acceptor> acceptors_;
  std::vector<boost::asio::ip::tcp::endpoint> local_endpoints_;
};

}  // namespace freshframe
