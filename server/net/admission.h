#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/system/result.hpp>

#include "net/client_address.h"
#include "net/limits.h"
#include "net/rate_budget.h"

namespace freshframe {

/// Decides who may come in while there is room: connections in all and from one address, how fast
/// an address may come again, and viewers.
///
/// A proxy carries many people's requests, so that neither this machine's own addresses nor those
/// of trusted proxies are counted by address. What lasts behind them is counted to the address that
/// they forward for: sessions, streams and uploads. Short answers are not, for a page is 20 of them
/// and a proxy may open a connection for each.
///
/// What is remembered of addresses is bounded, however many there are.
///
/// Thread: event loop only. Pure: the time is told. Outlives the places that it gives.
class Admission {
 public:
  using TimePoint = RateBudget::TimePoint;

  /// What there is no room for.
  enum class Refused { kConnection, kConnectionOfAddress, kSoSoon, kViewer };
  static constexpr std::array kAllRefused{Refused::kConnection, Refused::kConnectionOfAddress,
                                          Refused::kSoSoon, Refused::kViewer};

  /// Room for one connection, stream or session, until it is destroyed.
  class Place {
   public:
    /// Room for nothing.
    Place() = default;
    Place(Place&& other) noexcept
        : admission_(std::exchange(other.admission_, nullptr)),
          count_(other.count_),
          peer_(other.peer_) {}
    Place& operator=(Place&& other) noexcept;
    ~Place() { leave(); }

   private:
    friend class Admission;
    Place(Admission& admission, std::size_t* count, std::optional<AddressBytes> peer)
        : admission_(&admission), count_(count), peer_(peer) {}

    void leave();

    Admission* admission_ = nullptr;
    /// The total in which it counts, if any.
    std::size_t* count_ = nullptr;
    std::optional<AddressBytes> peer_;
  };

  using Answer = boost::system::result<Place, Refused>;

  /// `limits` outlives this.
  Admission(const Limits& limits, TrustedProxies proxies)
      : limits_(limits), proxies_(std::move(proxies)) {}
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;
  ~Admission() = default;

  Answer admit_connection(const boost::asio::ip::address& peer, TimePoint now);

  /// A session or stream on `peer`'s connection for `client`. A place that counts nowhere when the
  /// connection itself was counted to its address.
  Answer admit_lasting(const boost::asio::ip::address& peer, const boost::asio::ip::address& client,
                       TimePoint now);
  /// The same for an upload, of which a publisher may have many a second.
  Answer admit_upload(const boost::asio::ip::address& peer, const boost::asio::ip::address& client,
                      TimePoint now);

  Answer admit_viewer();

  /// Room to tell somebody that there is none. Whoever finds that taken, too, is not told.
  std::optional<Place> admit_to_be_told();

  const TrustedProxies& proxies() const { return proxies_; }
  std::size_t connections() const { return connections_; }
  std::size_t viewers() const { return viewers_; }
  /// How often there was no room for this so far.
  std::uint64_t refusals(Refused refused) const {
    return refusals_[static_cast<std::size_t>(refused)];
  }
  /// For tests: how many addresses are remembered.
  std::size_t remembered() const { return peers_.size(); }

  /// Besides those that are here, so many addresses that have just been are remembered.
  static constexpr std::size_t kMostGoneRemembered = 1024;
  static constexpr std::size_t kMostToBeTold = 32;

 private:
  struct Peer {
    std::size_t places = 0;
    RateBudget rate;
  };

  enum class Pace { kCounts, kIsFree };

  Answer admit_behind_proxy(const boost::asio::ip::address& peer,
                            const boost::asio::ip::address& client, TimePoint now, Pace pace);
  Refused counted(Refused refused);
  std::optional<Refused> count_in(const AddressBytes& peer, TimePoint now, Pace pace);
  void forget_who_is_gone(TimePoint now);

  const Limits& limits_;
  const TrustedProxies proxies_;
  std::size_t connections_ = 0;
  std::size_t viewers_ = 0;
  std::size_t being_told_ = 0;
  std::size_t places_of_peers_ = 0;
  std::map<AddressBytes, Peer> peers_;
  std::array<std::uint64_t, kAllRefused.size()> refusals_{};
};

/// As /metrics calls it.
std::string_view to_string(Admission::Refused refused);

/// A sentence for whoever is refused: what there is no room for, and what to do.
std::string reason_of(Admission::Refused refused, const Limits& limits);

/// When to try again (Retry-After, RFC 9110, section 10.2.3).
std::chrono::seconds retry_after(Admission::Refused refused);

}  // namespace freshframe
