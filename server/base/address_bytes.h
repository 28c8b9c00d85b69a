#pragma once

#include <array>
#include <cstdint>

#include <boost/asio/ip/address.hpp>

namespace freshframe {

/// An address as 16 bytes; an IPv4 one as IPv6 writes it (::ffff:0:0/96, RFC 4291,
/// section 2.5.5.2), so that both spellings are one.
using AddressBytes = std::array<std::uint8_t, 16>;

AddressBytes bytes_of(const boost::asio::ip::address& address);

/// What counts as one peer: an IPv4 address, or an IPv6 /64, of which one subscriber has all the
/// addresses.
AddressBytes peer_of(const boost::asio::ip::address& address);

/// With all bits behind the first `bits` at 0.
AddressBytes prefix_of(AddressBytes address, int bits);

/// Whether it is one of IPv4.
bool is_mapped(const AddressBytes& address);

/// How many bits of an IPv4 address are those that IPv6 puts before it.
inline constexpr int kMappedBits = 96;

}  // namespace freshframe
