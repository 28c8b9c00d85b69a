#include "app/picture_watch.h"

#include <algorithm>

namespace freshframe {

namespace {

constexpr int kIntervalsUntilStalled = 5;

}  // namespace

PictureWatch::PictureWatch(const Limits& limits, std::chrono::milliseconds frame_interval,
                           Clock::time_point now)
    : stalled_after_(std::max(limits.stalled_after, kIntervalsUntilStalled * frame_interval)),
      hung_after_(std::max(limits.hung_after, 2 * stalled_after_)),
      last_picture_(now) {}

PictureWatch::Verdict PictureWatch::verdict(Clock::time_point now) const {
  const auto without = now - last_picture_;
  if (without >= hung_after_) {
    return Verdict::kHung;
  }
  return without >= stalled_after_ ? Verdict::kStalled : Verdict::kFlows;
}

PictureWatch::Clock::time_point PictureWatch::changes_at(Clock::time_point now) const {
  return last_picture_ + (verdict(now) == Verdict::kFlows ? stalled_after_ : hung_after_);
}

}  // namespace freshframe
