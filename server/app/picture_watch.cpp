#include "app/picture_watch.h"

#include <algorithm>

namespace freshframe {

namespace {

constexpr int kIntervalsUntilStalled = 5;
// As many requests as we have with libcamera, and one more.
constexpr int kPicturesUntilFaster = 5;

}  // namespace

PictureWatch::PictureWatch(const Limits& limits, std::chrono::milliseconds frame_interval,
                           Clock::time_point now)
    : limits_(limits),
      interval_(frame_interval),
      next_interval_(frame_interval),
      last_picture_(now) {}

void PictureWatch::picture_came(Clock::time_point now) {
  last_picture_ = now;
  if (pictures_until_then_ > 0 && --pictures_until_then_ == 0) {
    interval_ = next_interval_;
  }
}

void PictureWatch::set_frame_interval(std::chrono::milliseconds interval) {
  if (interval == next_interval_) {
    return;
  }
  next_interval_ = interval;
  if (interval < interval_) {
    pictures_until_then_ = kPicturesUntilFaster;
  } else {
    interval_ = interval;
    pictures_until_then_ = 0;
  }
}

PictureWatch::Verdict PictureWatch::verdict(Clock::time_point now) const {
  const auto without = now - last_picture_;
  if (without >= hung_after()) {
    return Verdict::kHung;
  }
  return without >= stalled_after() ? Verdict::kStalled : Verdict::kFlows;
}

PictureWatch::Clock::time_point PictureWatch::changes_at(Clock::time_point now) const {
  return last_picture_ + (verdict(now) == Verdict::kFlows ? stalled_after() : hung_after());
}

std::chrono::milliseconds PictureWatch::stalled_after() const {
  return std::max(limits_.stalled_after, kIntervalsUntilStalled * interval_);
}

std::chrono::milliseconds PictureWatch::hung_after() const {
  return std::max(limits_.hung_after, 2 * stalled_after());
}

}  // namespace freshframe
