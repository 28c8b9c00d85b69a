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

Duration scaled(Duration duration, double factor) {
  return std::chrono::duration_cast<Duration>(duration * factor);
}

}  // namespace

CreditWindow::CreditWindow() : patience_(kPatienceAtLeast) {}

void CreditWindow::sent(TimePoint now, std::size_t bytes) {
  on_the_way_.push_back({.number = next_number_++,
                         .sent_at = now,
                         .bytes = bytes,
                         .is_solo = on_the_way_.empty(),
                         .is_given_up = false});
  ++unacknowledged_;
  unacknowledged_bytes_ += bytes;
  if (on_the_way_.size() == 1) {
    last_solo_ = now;
  }
  drains_ = false;
  last_sent_ = now;
  last_sent_bytes_ = bytes;
  if (on_the_way_.size() > kRememberedFrames) {
    forget_oldest();
  }
}

CreditWindow::SentFrame CreditWindow::forget_oldest() {
  const SentFrame oldest = on_the_way_.front();
  on_the_way_.pop_front();
  if (!oldest.is_given_up) {
    --unacknowledged_;
    unacknowledged_bytes_ -= oldest.bytes;
  }
  return oldest;
}

void CreditWindow::acknowledged(std::uint64_t number, TimePoint now) {
  if (number >= next_number_) {
    return;
  }
  viewer_acknowledges_ = true;
  if (on_the_way_.empty() || number < on_the_way_.front().number) {
    return;
  }
  SentFrame shown{};
  while (!on_the_way_.empty() && on_the_way_.front().number <= number) {
    shown = forget_oldest();
  }
  learn(shown, now);
  last_acknowledged_ = now;
  patience_ = std::clamp(4 * solo_, kPatienceAtLeast, kPatienceAtMost);
}

void CreditWindow::learn(const SentFrame& frame, TimePoint now) {
  sizes_.learn(frame.bytes, now - frame.sent_at);
  // As though the frame had had the usual size.
  const Duration took = std::max(now - frame.sent_at - sizes_.extra_time(frame.bytes), Duration{0});
  if (!solo_is_known_ || frame.is_solo) {
    learn_from_solo(took);
    return;
  }
  if (took > solo_ + tolerance() / 2) {
    // It queued, so the path was busy from the acknowledgement before to this one: that is how long
    // it takes for one frame.
    gap_ = std::max(
        gap_,
        std::min(scaled(now - last_acknowledged_, 1 / sizes_.share_of_usual(frame.bytes)), took));
    if (took > solo_ + tolerance()) {
      drain();
    }
    return;
  }
  gap_ = scaled(gap_, kGapShrinks);
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
    gap_ = scaled(std::min(gap_, took), kGapShrinks);
  }
}

CreditWindow::TimePoint CreditWindow::may_send_at(TimePoint now) const {
  if (!viewer_acknowledges_ || unacknowledged_ == 0) {
    return now;
  }
  const TimePoint at =
      std::max(now, last_sent_ + scaled(gap_, sizes_.share_of_usual(last_sent_bytes_)));
  const SentFrame& oldest = on_the_way_.front();
  const bool oldest_is_late =
      oldest.sent_at + solo_ + sizes_.extra_time(oldest.bytes) + tolerance() < at;
  return drains_ || oldest_is_late || path_is_full() ? overdue_at() : at;
}

bool CreditWindow::path_is_full() const {
  if (unacknowledged_ >= kRememberedFrames) {
    return true;
  }
  if (gap_ <= Duration::zero()) {
    return false;
  }
  const Duration alone = solo_ + sizes_.extra_time(last_sent_bytes_);
  const double holds = static_cast<double>(alone.count()) / static_cast<double>(gap_.count());
  // A hair more than they are, for a path that holds one frame must not be given two.
  return sizes_.share_of_usual(unacknowledged_bytes_) + 0.05 > holds;
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
  unacknowledged_bytes_ = 0;
  // Each time longer: the path may be slower than anything seen so far, and more frames would only
  // lengthen its queue.
  patience_ = std::min(2 * patience_, kPatienceAtMost);
}

Duration CreditWindow::tolerance() const {
  return std::max(std::clamp(scaled(solo_, kToleratedShare), kToleratedAtLeast, kToleratedAtMost),
                  3 * lateness_);
}

void CreditWindow::drain() {
  drains_ = unacknowledged_ > 0;
}

}  // namespace freshframe
