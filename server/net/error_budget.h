#pragma once

#include <algorithm>
#include <chrono>

namespace freshframe {

/// How many wrong messages one viewer may send: a few at once, and one more in each interval.
/// Mistakes are answered; a program that makes nothing else is ended.
class ErrorBudget {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  static constexpr int kMost = 10;
  static constexpr std::chrono::seconds kForgivenEvery{5};

  /// Counts one error at `now`; false when it was one too many.
  bool spend(TimePoint now) {
    if (spent_ == 0) {
      forgiven_until_ = now;
    }
    const auto forgiven = (now - forgiven_until_) / kForgivenEvery;
    spent_ -= static_cast<int>(std::min<decltype(forgiven)>(forgiven, spent_));
    forgiven_until_ += forgiven * kForgivenEvery;
    ++spent_;
    return spent_ <= kMost;
  }

 private:
  int spent_ = 0;
  TimePoint forgiven_until_{};
};

}  // namespace freshframe
