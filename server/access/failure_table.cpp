#include "access/failure_table.h"

#include <algorithm>

namespace freshframe {

namespace ip = boost::asio::ip;

std::optional<std::chrono::nanoseconds> FailureTable::blocked_for(const ip::address& address,
                                                                  TimePoint now) const {
  const auto found = entries_.find(peer_of(address));
  if (found == entries_.end() || found->second.blocked_until <= now) {
    return std::nullopt;
  }
  return found->second.blocked_until - now;
}

void FailureTable::count_failure(const ip::address& address, TimePoint now) {
  const AddressBytes network = peer_of(address);
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
