#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "base/unix_time.h"

namespace freshframe {

/// Picks the frames for somebody who wants at most so many a second. Goes by the moments of
/// capture, so that the pace is the camera's and not that of our threads. Up to a hundredth more
/// passes, so that a camera whose clock is a little fast keeps all frames of the rate that it was
/// asked for.
///
/// Thread: one at a time.
class RateLimit {
 public:
  /// Every frame.
  RateLimit() = default;

  /// `max_fps` is more than 0. Less than one frame an hour counts as one frame an hour.
  explicit RateLimit(double max_fps)
      : interval_(static_cast<std::int64_t>(
            std::min(1e6 / max_fps, static_cast<double>(kLongestInterval.count())))) {}

  /// Goes on at the rate of `other`, counting from the frame that passed last.
  void change_to(const RateLimit& other) {
    const auto last_passed = has_limit() ? due_ : last_;
    if (last_passed && other.has_limit()) {
      due_ = *last_passed - interval_ + other.interval_;
    } else {
      due_.reset();
    }
    interval_ = other.interval_;
  }

  /// True when the frame captured at `captured` is due; it is then counted as sent.
  bool lets_pass(UnixTime captured) {
    if (!has_limit()) {
      last_ = captured;
      return true;
    }
    // A camera's frames come a little early and late: the one that is nearest to its time passes,
    // and the next is due from where this one was due, so that the rate is kept on average. A clock
    // that was set back must not stop the stream.
    const auto spacing = captured - last_.value_or(captured);
    const auto early = std::clamp(spacing, 0 * spacing, interval_) / 2;
    last_ = captured;
    const bool clock_was_set_back = due_ && captured + 2 * interval_ < *due_;
    if (due_ && !clock_was_set_back && captured < *due_ - early) {
      return false;
    }
    const bool starts_anew = !due_ || clock_was_set_back || captured > *due_ + interval_;
    // By little steps the times move towards a camera that is always early.
    const auto was_due = due_.value_or(captured);
    const auto near_due = std::clamp(captured, was_due - interval_ / 100, was_due);
    due_ = (starts_anew ? captured : near_due) + interval_;
    return true;
  }

 private:
  bool has_limit() const { return interval_ > interval_.zero(); }

  // What a peer may ask for has no end (1e-300); what fits into a clock has.
  static constexpr std::chrono::microseconds kLongestInterval = std::chrono::hours(1);

  std::chrono::microseconds interval_{0};
  std::optional<UnixTime> due_;
  /// When the frame before was captured, whether it passed or not.
  std::optional<UnixTime> last_;
};

}  // namespace freshframe
