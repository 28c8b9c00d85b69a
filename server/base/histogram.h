#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace freshframe {

/// How often something took how long: counts in classes that are bounded above, and one for the
/// rest.
///
/// Thread-safe; what is read while another thread counts may lack its newest.
template <std::size_t BoundCount>
class Histogram {
 public:
  using Bounds = std::array<std::chrono::microseconds, BoundCount>;

  /// `bounds` rise. One that is equal to a bound counts below it.
  explicit constexpr Histogram(const Bounds& bounds) : bounds_(bounds) {}

  /// A time below zero, of a clock that was set back meanwhile, counts as none.
  void add(std::chrono::microseconds time) {
    time = std::max(time, std::chrono::microseconds(0));
    std::size_t place = 0;
    while (place < BoundCount && time > bounds_[place]) {
      ++place;
    }
    counts_[place].fetch_add(1, std::memory_order_relaxed);
    sum_us_.fetch_add(time.count(), std::memory_order_relaxed);
  }

  const Bounds& bounds() const { return bounds_; }
  /// Of the class that `bounds()[place]` bounds above; the last is of those above all bounds.
  std::uint64_t count(std::size_t place) const {
    return counts_[place].load(std::memory_order_relaxed);
  }
  std::chrono::microseconds sum() const {
    return std::chrono::microseconds(sum_us_.load(std::memory_order_relaxed));
  }

 private:
  const Bounds bounds_;
  std::array<std::atomic<std::uint64_t>, BoundCount + 1> counts_{};
  std::atomic<std::int64_t> sum_us_{0};
};

}  // namespace freshframe
