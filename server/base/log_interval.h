#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace freshframe {

/// Lets one line of a kind into the log in each interval and counts the others, so that what goes
/// wrong five times a second for a night does not fill the disk.
///
/// Thread: one. Pure: the time is told.
class LogInterval {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit LogInterval(std::chrono::steady_clock::duration interval) : interval_(interval) {}

  /// Empty when the line has to wait; else it is to be logged now, with how many were held back
  /// since the one before.
  std::optional<std::uint64_t> lets_pass(TimePoint now) {
    if (last_ && now - *last_ < interval_) {
      ++held_back_;
      return std::nullopt;
    }
    last_ = now;
    const std::uint64_t held_back = held_back_;
    held_back_ = 0;
    return held_back;
  }

 private:
  const std::chrono::steady_clock::duration interval_;
  std::optional<TimePoint> last_;
  std::uint64_t held_back_ = 0;
};

}  // namespace freshframe
