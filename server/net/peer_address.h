#pragma once

#include <string>

#include <boost/asio/ip/tcp.hpp>

namespace freshframe {

/// The address at a connection's other end, in text, one of IPv4 always as IPv4. Empty when the
/// peer has gone.
inline std::string peer_address(const boost::asio::ip::tcp::socket& socket) {
  namespace ip = boost::asio::ip;
  boost::system::error_code gone;
  const ip::address address = socket.remote_endpoint(gone).address();
  if (gone) {
    return {};
  }
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return ip::make_address_v4(ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

}  // namespace freshframe
