#include "access/failure_table.h"

#include <algorithm>

namespace freshframe {

namespace {

namespace ip = boost::asio::ip;

/// What stands for all the addresses that one peer may have.
ip::address network_of(const ip::address& address) {
  if (address.is_v4()) {
    return address;
  }
  const ip::address_v6 v6 = address.to_v6();
  if (v6.is_v4_mapped()) {
    return ip::make_address_v4(ip::v4_mapped, v6);
  }
  ip::address_v6::bytes_type bytes = v6.to_bytes();
  std::fill(bytes.begin() + bytes.size() / 2, bytes.end(), static_cast<unsigned char>(0));
  return ip::address_v6(bytes);
}

}  // namespace

std::optional<std::chrono::nanoseconds> FailureTable::blocked_for(const ip::address& address,
                                                                  TimePoint now) const {
  const auto found = entries_.find(network_of(address));
  if (found == entries_.end() || found->second.blocked_until <= now) {
    return std::nullopt;
  }
  return found->second.blocked_until - now;
}

void FailureTable::count_failure(const ip::address& address, TimePoint now) {
  const ip::address network = network_of(address);
  if (entries_.size() == kMostAddresses && !entries_.contains(network)) {
    make_room();
  }
  Entry& entry = entries_[network];
  entry.failures[entry.next] = now;
  entry.next = (entry.next + 1) % kFailuresToBlock;
  entry.last = now;
  ++entry.count;
  const bool has_enough = entry.count >= kFailuresToBlock;
  if (has_enough && now - entry.failures[entry.next] <= kFailuresWithin) {
    entry.blocked_until = now + kBlockTime;
    entry.count = 0;  // after the block it begins anew
  }
}

void FailureTable::make_room() {
  entries_.erase(
      std::min_element(entries_.begin(), entries_.end(),
                       [](const auto& a, const auto& b) { return a.second.last < b.second.last; }));
}

}  // namespace freshframe
