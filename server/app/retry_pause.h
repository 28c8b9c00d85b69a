#pragma once

#include <algorithm>
#include <chrono>
#include <utility>

namespace freshframe {

/// How long a camera that failed is left alone before it is opened again: longer each time in a
/// row, up to a longest that keeps the promise of being back soon.
///
/// Thread: one at a time.
class RetryPause {
 public:
  RetryPause(std::chrono::milliseconds shortest, std::chrono::milliseconds longest)
      : shortest_(shortest), longest_(longest) {}

  std::chrono::milliseconds after_failure() {
    return std::exchange(next_, std::min(next_ * 2, longest_));
  }

  /// The camera is well, so that its next failure is the first in a row.
  void picture_came() { next_ = shortest_; }

 private:
  std::chrono::milliseconds shortest_;
  std::chrono::milliseconds longest_;
  std::chrono::milliseconds next_{shortest_};
};

}  // namespace freshframe
