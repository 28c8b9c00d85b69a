#pragma once

#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>

namespace freshframe {

/// By which names and addresses browsers reach this machine.
struct MachineNames {
  std::vector<std::string> hosts;
  std::vector<boost::asio::ip::address> addresses;
};

/// The host's name, alone and in .local (multicast DNS, RFC 6762), localhost, and the addresses of
/// all interfaces that are up. Left out is what no URL can hold or what changes by itself: IPv6
/// addresses of a single link and temporary ones (RFC 8981).
MachineNames machine_names();

}  // namespace freshframe
