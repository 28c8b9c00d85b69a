#include "tls/machine_names.h"

#include <ifaddrs.h>
#include <linux/if_addr.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <set>

#include <boost/asio/ip/host_name.hpp>

namespace freshframe {

namespace {

namespace ip = boost::asio::ip;

/// DNS names as a certificate may hold them. A machine may be called otherwise.
bool is_dns_name(const std::string& name) {
  constexpr std::size_t kMostLetters = 63;  // of a label: RFC 1035, section 2.3.4
  return !name.empty() && name.size() <= kMostLetters &&
         std::all_of(name.begin(), name.end(), [](char letter) {
           return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                  (letter >= '0' && letter <= '9') || letter == '-' || letter == '.';
         });
}

std::vector<std::string> host_names() {
  std::vector<std::string> names{"localhost"};
  boost::system::error_code error;
  const std::string host = ip::host_name(error);
  if (!error && is_dns_name(host) && host != names.front()) {
    const std::string label = host.substr(0, host.find('.'));
    names.push_back(host);
    if (label != host) {
      names.push_back(label);
    }
    if (label + ".local" != host) {
      names.push_back(label + ".local");
    }
  }
  return names;
}

/// proc(5): getifaddrs() does not tell which addresses are temporary.
std::set<ip::address> temporary_addresses() {
  std::set<ip::address> found;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/proc/net/if_inet6", "re"),
                                                             &std::fclose);
  ip::address_v6::bytes_type bytes{};
  const auto read_address = [&] {
    return std::all_of(bytes.begin(), bytes.end(), [&](unsigned char& byte) {
      return std::fscanf(file.get(), "%2hhx", &byte) == 1;
    });
  };
  unsigned int flags = 0;
  while (file && read_address() && std::fscanf(file.get(), " %*x %*x %*x %x %*s ", &flags) == 1) {
    if ((flags & IFA_F_TEMPORARY) != 0) {
      found.insert(ip::address_v6(bytes));
    }
  }
  return found;
}

std::optional<ip::address> address_of(const ifaddrs& interface) {
  if (interface.ifa_addr == nullptr || (interface.ifa_flags & IFF_UP) == 0) {
    return std::nullopt;
  }
  if (interface.ifa_addr->sa_family == AF_INET) {
    const auto* const v4 = reinterpret_cast<const sockaddr_in*>(interface.ifa_addr);
    return ip::address_v4(ntohl(v4->sin_addr.s_addr));
  }
  if (interface.ifa_addr->sa_family == AF_INET6) {
    const auto* const v6 = reinterpret_cast<const sockaddr_in6*>(interface.ifa_addr);
    ip::address_v6::bytes_type bytes{};
    std::copy_n(v6->sin6_addr.s6_addr, bytes.size(), bytes.begin());
    const ip::address_v6 address(bytes);
    return address.is_link_local() ? std::nullopt : std::optional<ip::address>(address);
  }
  return std::nullopt;
}

}  // namespace

MachineNames machine_names() {
  std::set<ip::address> addresses{ip::address_v4::loopback(), ip::address_v6::loopback()};
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) == 0) {
    const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> interfaces(first, &::freeifaddrs);
    const std::set<ip::address> temporary = temporary_addresses();
    for (const ifaddrs* interface = first; interface != nullptr; interface = interface->ifa_next) {
      const std::optional<ip::address> address = address_of(*interface);
      if (address && !temporary.contains(*address)) {
        addresses.insert(*address);
      }
    }
  }
  return {.hosts = host_names(), .addresses = {addresses.begin(), addresses.end()}};
}

}  // namespace freshframe
