#include "hub/credit_window.h"

#include <algorithm>

namespace freshframe {

namespace {

using namespace std::chrono_literals;
using Duration = CreditWindow::Duration;

// How much sooner than the last one each frame that arrived in time lets the next one leave.
// Smaller fills a long path more slowly, larger overshoots more.
constexpr double kGapShrinks = 0.96;

// A frame has queued when it took this much longer than alone, as a share of that time: room for
// the frames' different sizes. And never less than what a timer and a busy page are late by.
constexpr double kToleratedShare = 0.08;
constexpr Duration kToleratedAtLeast = 4ms;
constexpr Duration kToleratedAtMost = 25ms;

// With frames always overlapping, nothing tells how long one takes alone; then the path is let run
// empty once in this time (as BBR does: draft-cardwell-iccrg-bbr-congestion-control, "ProbeRTT").
constexpr Duration kSoloEvery = 10s;

// An acknowledgement is given up for lost after this time, or four times what a frame takes alone.
constexpr Duration kPatienceAtLeast = 1s;
constexpr Duration kPatienceAtMost = 16s;

// What is remembered of a viewer that does not acknowledge, or of frames given up.
constexpr std::size_t kRememberedFrames = 64;

}  // namespace

CreditWindow::CreditWindow() : patience_(kPatienceAtLeast) {}

void CreditWindow::sent(TimePoint now) {
  on_the_way_.push_back({.number = next_number_++,
                         .sent_at = now,
                         .is_solo = on_the_way_.empty(),
                         .is_given_up = false});
  ++unacknowledged_;
  if (on_the_way_.size() == 1) {
    last_solo_ = now;
  }
  drains_ = false;
  last_sent_ = now;
  if (on_the_way_.size() > kRememberedFrames) {
    unacknowledged_ -= on_the_way_.front().is_given_up ? 0 : 1;
    on_the_way_.pop_front();
  }
}

void CreditWindow::acknowledged(std::uint64_t number, TimePoint now) {
  if (on_the_way_.empty() || number < on_the_way_.front().number || number >= next_number_) {
    return;
  }
  SentFrame shown{};
  while (!on_the_way_.empty() && on_the_way_.front().number <= number) {
    shown = on_the_way_.front();
    unacknowledged_ -= shown.is_given_up ? 0 : 1;
    on_the_way_.pop_front();
  }
  viewer_acknowledges_ = true;
  learn(shown, now);
  last_acknowledged_ = now;
  patience_ = std::clamp(4 * solo_, kPatienceAtLeast, kPatienceAtMost);
}

void CreditWindow::learn(const SentFrame& frame, TimePoint now) {
  const Duration took = now - frame.sent_at;
  if (!solo_is_known_ || frame.is_solo) {
    learn_from_solo(took);
    return;
  }
  if (took > solo_ + tolerance() / 2) {
    // It queued, so the path was busy from the acknowledgement before to this one: that is how long
    // it takes for one frame.
    gap_ = std::max(gap_, std::min(now - last_acknowledged_, took));
    if (took > solo_ + tolerance()) {
      drain();
    }
    return;
  }
  gap_ = std::chrono::duration_cast<Duration>(gap_ * kGapShrinks);
  if (now - last_solo_ > kSoloEvery) {
    drain();
  }
}

void CreditWindow::learn_from_solo(Duration took) {
  if (!solo_is_known_) {
    solo_is_known_ = true;
    solo_ = gap_ = took;
    return;
  }
  const Duration before = solo_;
  const Duration late = std::max(took - solo_, Duration::zero());
  // Down at once and up by half: a frame alone can be late by chance, but not early.
  solo_ = took < solo_ ? took : solo_ + late / 2;
  lateness_ = std::min(lateness_ + (late - lateness_) / 8, solo_ / 6);
  if (took > before + tolerance()) {
    // The path became slower; what it carried before says nothing now.
    gap_ = std::max(gap_, took);
  } else {
    gap_ = std::chrono::duration_cast<Duration>(std::min(gap_, took) * kGapShrinks);
  }
}

CreditWindow::TimePoint CreditWindow::may_send_at() const {
  if (!viewer_acknowledges_ || unacknowledged_ == 0) {
    return TimePoint::min();
  }
  if (drains_ || unacknowledged_ >= limit() ||
      on_the_way_.front().sent_at + solo_ + tolerance() < last_sent_ + gap_) {
    return overdue_at();
  }
  return last_sent_ + gap_;
}

std::size_t CreditWindow::limit() const {
  if (gap_ <= Duration::zero()) {
    return kRememberedFrames;
  }
  // A hair less than the quotient, for a path that holds one frame must not be given two.
  const double frames = static_cast<double>(solo_.count()) / static_cast<double>(gap_.count());
  return std::clamp<std::size_t>(static_cast<std::size_t>(frames + 0.95), 1, kRememberedFrames);
}

CreditWindow::TimePoint CreditWindow::overdue_at() const {
  return std::max(last_sent_, last_acknowledged_) + patience_;
}

void CreditWindow::expire(TimePoint now) {
  if (unacknowledged_ == 0 || now < overdue_at()) {
    return;
  }
  for (SentFrame& frame : on_the_way_) {
    frame.is_given_up = true;
  }
  unacknowledged_ = 0;
  // Each time longer: the path may be slower than anything seen so far, and more frames would only
  // lengthen its queue.
  patience_ = std::min(2 * patience_, kPatienceAtMost);
}

Duration CreditWindow::tolerance() const {
  const auto share = std::chrono::duration_cast<Duration>(solo_ * kToleratedShare);
  return std::max(std::clamp(share, kToleratedAtLeast, kToleratedAtMost), 3 * lateness_);
}

void CreditWindow::drain() {
  drains_ = unacknowledged_ > 0;
}

}  // namespace freshframe
