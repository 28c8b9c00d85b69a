#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>

#include <boost/asio/ip/address.hpp>

#include "base/address_bytes.h"

namespace freshframe {

/// Who tried wrong tokens of late: after ten within a minute, an address is not heard for a minute.
/// Nobody is made to wait, for a connection that waits is one that is held.
///
/// An IPv6 address counts as its /64, which one host has to itself; an IPv4 address in IPv6's form
/// (::ffff:a.b.c.d) as the IPv4 address. The table holds 1,024 addresses; a new one takes the place
/// of the one whose last failure is the longest ago. So a peer with very many addresses can have
/// itself forgotten, and 128 bits are beyond guessing all the same.
///
/// Thread: event loop only. Is told the time.
class FailureTable {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  static constexpr std::size_t kFailuresToBlock = 10;
  static constexpr std::chrono::seconds kFailuresWithin{60};
  static constexpr std::chrono::seconds kBlockTime{60};
  static constexpr std::size_t kMostAddresses = 1024;

  /// How long `address` is still blocked; nothing when it is not.
  std::optional<std::chrono::nanoseconds> blocked_for(const boost::asio::ip::address& address,
                                                      TimePoint now) const;

  void count_failure(const boost::asio::ip::address& address, TimePoint now);

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    /// The times of the last failures, a ring: the oldest is at `next`.
    std::array<TimePoint, kFailuresToBlock> failures{};
    std::size_t count = 0;
    std::size_t next = 0;
    TimePoint last{};
    TimePoint blocked_until{};
  };

  void make_room();

  std::map<AddressBytes, Entry> entries_;
};

}  // namespace freshframe
