#pragma once

#include <chrono>
#include <cstdint>

namespace freshframe {

/// How many pictures came in the last whole second, as people read a rate.
///
/// Thread: one. Pure: the time is told, and does not go back.
class PictureRate {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  void count(TimePoint now) {
    before_ = of_second_before(now);
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    current_ = second == second_ ? current_ + 1 : 1;
    second_ = second;
  }

  std::uint32_t of_second_before(TimePoint now) const {
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    if (second == second_) {
      return before_;
    }
    return second == second_ + std::chrono::seconds(1) ? current_ : 0;
  }

 private:
  /// The second that the newest picture came in, and how many came in it and in the one before.
  std::chrono::time_point<std::chrono::steady_clock, std::chrono::seconds> second_{};
  std::uint32_t current_ = 0;
  std::uint32_t before_ = 0;
};

}  // namespace freshframe
