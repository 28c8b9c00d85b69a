#pragma once

#include <string>

#include <boost/asio/ip/address.hpp>

namespace freshframe {

/// An address in text, one of IPv4 always as IPv4 (RFC 4291, section 2.5.5.2).
inline std::string peer_name(const boost::asio::ip::address& address) {
  namespace ip = boost::asio::ip;
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return ip::make_address_v4(ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

}  // namespace freshframe
