#include "net/admission.h"

#include <algorithm>

namespace freshframe {

namespace {

namespace ip = boost::asio::ip;

}  // namespace

Admission::Place& Admission::Place::operator=(Place&& other) noexcept {
  if (this != &other) {
    leave();
    admission_ = std::exchange(other.admission_, nullptr);
    count_ = other.count_;
    peer_ = other.peer_;
  }
  return *this;
}

void Admission::Place::leave() {
  if (admission_ == nullptr) {
    return;
  }
  if (count_ != nullptr) {
    --*count_;
  }
  if (peer_) {
    // It is remembered as long as it has a place.
    --admission_->peers_.find(*peer_)->second.places;
    --admission_->places_of_peers_;
  }
  admission_ = nullptr;
}

Admission::Answer Admission::admit_connection(const ip::address& peer, TimePoint now) {
  if (connections_ >= limits_.connections) {
    return counted(Refused::kConnection);
  }
  std::optional<AddressBytes> address;
  if (!proxies_.contain(peer)) {
    address = peer_of(peer);
    if (const auto refused = count_in(*address, now, Pace::kCounts)) {
      return counted(*refused);
    }
  }
  ++connections_;
  return Place(*this, &connections_, address);
}

Admission::Answer Admission::admit_lasting(const ip::address& peer, const ip::address& client,
                                           TimePoint now) {
  return admit_behind_proxy(peer, client, now, Pace::kCounts);
}

Admission::Answer Admission::admit_upload(const ip::address& peer, const ip::address& client,
                                          TimePoint now) {
  return admit_behind_proxy(peer, client, now, Pace::kIsFree);
}

Admission::Answer Admission::admit_behind_proxy(const ip::address& peer, const ip::address& client,
                                                TimePoint now, Pace pace) {
  if (!proxies_.contain(peer) || proxies_.contain(client)) {
    return Place();
  }
  const AddressBytes address = peer_of(client);
  if (const auto refused = count_in(address, now, pace)) {
    return counted(*refused);
  }
  return Place(*this, nullptr, address);
}

Admission::Answer Admission::admit_viewer() {
  if (viewers_ >= limits_.viewers) {
    return counted(Refused::kViewer);
  }
  ++viewers_;
  return Place(*this, &viewers_, std::nullopt);
}

std::optional<Admission::Place> Admission::admit_to_be_told() {
  if (being_told_ >= kMostToBeTold) {
    return std::nullopt;
  }
  ++being_told_;
  return Place(*this, &being_told_, std::nullopt);
}

Admission::Refused Admission::counted(Refused refused) {
  ++refusals_[static_cast<std::size_t>(refused)];
  return refused;
}

std::optional<Admission::Refused> Admission::count_in(const AddressBytes& peer, TimePoint now,
                                                      Pace pace) {
  if (peers_.size() >= places_of_peers_ + kMostGoneRemembered) {
    forget_who_is_gone(now);
  }
  Peer& entry = peers_[peer];
  if (entry.places >= limits_.connections_per_address) {
    return Refused::kConnectionOfAddress;
  }
  if (pace == Pace::kCounts && !entry.rate.spend(now, limits_.new_connections_per_second)) {
    return Refused::kSoSoon;
  }
  ++entry.places;
  ++places_of_peers_;
  return std::nullopt;
}

void Admission::forget_who_is_gone(TimePoint now) {
  std::erase_if(peers_, [&](const auto& entry) {
    return entry.second.places == 0 && entry.second.rate.paid_off_at() <= now;
  });
  if (peers_.size() < places_of_peers_ + kMostGoneRemembered) {
    return;
  }
  // So many came in so short a time that some are forgotten early. Half of them, so that it is not
  // done again for each that comes.
  std::size_t left = kMostGoneRemembered / 2;
  std::erase_if(peers_, [&](const auto& entry) {
    return entry.second.places == 0 && left > 0 && left-- > 0;
  });
}

std::string_view to_string(Admission::Refused refused) {
  switch (refused) {
    case Admission::Refused::kConnection:
      return "connections";
    case Admission::Refused::kConnectionOfAddress:
      return "connections-of-address";
    case Admission::Refused::kSoSoon:
      return "new-connections";
    case Admission::Refused::kViewer:
      return "viewers";
  }
  return {};
}

std::string reason_of(Admission::Refused refused, const Limits& limits) {
  switch (refused) {
    case Admission::Refused::kConnection:
      return "this server has as many connections as it takes, " +
             std::to_string(limits.connections) +
             " (--max-connections); close some or try again later";
    case Admission::Refused::kConnectionOfAddress:
      return "there are " + std::to_string(limits.connections_per_address) +
             " connections from your address already (limits.connections_per_address); close some";
    case Admission::Refused::kSoSoon:
      return "your address opens more than " + std::to_string(limits.new_connections_per_second) +
             " connections a second (limits.new_connections_per_address_per_s); keep them open "
             "instead";
    case Admission::Refused::kViewer:
      return "as many are watching as may, " + std::to_string(limits.viewers) +
             " (--max-viewers); try again later";
  }
  return {};
}

std::chrono::seconds retry_after(Admission::Refused refused) {
  return std::chrono::seconds(refused == Admission::Refused::kSoSoon ? 1 : 10);
}

}  // namespace freshframe
