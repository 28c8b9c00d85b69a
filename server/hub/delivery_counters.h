#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/histogram.h"

namespace freshframe {

/// What became of a camera's pictures on their way to its viewers, all of them together, since the
/// server started.
///
/// Thread: event loop only.
struct DeliveryCounters {
  using Age = Histogram<9>;
  static constexpr Age::Bounds kAges{
      std::chrono::milliseconds(10),  std::chrono::milliseconds(25),
      std::chrono::milliseconds(50),  std::chrono::milliseconds(100),
      std::chrono::milliseconds(200), std::chrono::milliseconds(400),
      std::chrono::seconds(1),        std::chrono::milliseconds(2500),
      std::chrono::seconds(10)};

  std::uint64_t sent = 0;
  std::uint64_t sent_bytes = 0;
  /// Between two that one viewer was sent: a newer one was there before the viewer was ready.
  std::uint64_t skipped = 0;
  std::uint64_t acknowledged = 0;
  /// Sent, after a viewer's credit had not allowed it at first.
  std::uint64_t waited_for_credit = 0;
  /// From being captured to beginning to leave.
  Age age{kAges};

  void count_sent(std::size_t bytes, std::chrono::microseconds old) {
    count_sent_stale(bytes);
    age.add(old);
  }
  /// A picture of the past says nothing of how fresh the others are.
  void count_sent_stale(std::size_t bytes) {
    ++sent;
    sent_bytes += bytes;
  }
};

}  // namespace freshframe
