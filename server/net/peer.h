#pragma once

#include <cstdint>

#include <boost/asio/ip/address.hpp>

namespace freshframe {

/// Who sends the requests of a connection, and how they come.
struct Peer {
  boost::asio::ip::address address;
  /// Ours, at which it reached us.
  std::uint16_t port = 0;
  bool is_tls = false;
};

}  // namespace freshframe
