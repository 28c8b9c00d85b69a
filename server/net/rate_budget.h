#pragma once

#include <algorithm>
#include <chrono>

namespace freshframe {

/// Lets so many things pass a second on average, and those of two seconds at once: whoever has been
/// quiet may ask for several things in one breath.
///
/// Thread: one. Pure: the time is told. This is the generic cell rate algorithm: all that is kept
/// is the moment at which everything spent so far is paid off. Source: ITU-T I.371, annex A.
class RateBudget {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::seconds kAtOnce{2};

  /// Counts one at `now`; false, and then nothing is counted, when it is one too many.
  /// `per_second` is at least 1.
  bool spend(TimePoint now, int per_second) {
    const auto each = TimePoint::duration(std::chrono::seconds(1)) / per_second;
    const TimePoint paid_off_at = std::max(paid_off_at_, now) + each;
    if (paid_off_at - now > kAtOnce) {
      return false;
    }
    paid_off_at_ = paid_off_at;
    return true;
  }

  /// From then on nothing that was spent counts any more.
  TimePoint paid_off_at() const { return paid_off_at_; }

 private:
  TimePoint paid_off_at_{};
};

}  // namespace freshframe
