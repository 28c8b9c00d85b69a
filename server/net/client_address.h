#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <boost/system/result.hpp>

#include "base/address_bytes.h"
#include "net/http_types.h"

namespace freshframe {

bool is_loopback(const boost::asio::ip::address& address);

/// The proxies in front of this server whose X-Forwarded-For is believed. This machine's own
/// loopback addresses are always among them.
class TrustedProxies {
 public:
  /// Adds ADDRESS or ADDRESS/BITS; false when it is neither. Bits beyond the prefix are ignored.
  bool add(std::string_view network);

  bool contain(const boost::asio::ip::address& address) const;

 private:
  struct Network {
    AddressBytes address;
    int bits;
  };

  std::vector<Network> networks_;
};

/// X-Forwarded-For, as a proxy that we trust sent it, names no address where it should.
enum class ForwardedError { kMalformed };

/// Who really asks: `peer`, or behind a trusted proxy the rightmost address of X-Forwarded-For that
/// is no trusted proxy's. What stands left of that one is what strangers say, and is not looked at;
/// so is the whole header when `peer` is no trusted proxy. `peer` too when there is no header, or
/// when it names proxies only. An address may have a port, an IPv6 one brackets.
boost::system::result<boost::asio::ip::address, ForwardedError> client_address(
    const boost::asio::ip::address& peer, const HttpRequest& request,
    const TrustedProxies& proxies);

}  // namespace freshframe
