#include "publish/publish_window.h"

#include <algorithm>

namespace freshframe {

namespace {

using namespace std::chrono_literals;

// Enough for 30 frames a second over a round trip of 250 ms; and what a path that breaks down may
// hold of the past at most.
constexpr int kMost = 8;

// A frame that came in one read took no time that could be measured. A tenth of a Gbit/s moves a
// small one in this.
constexpr PublishWindow::Duration kLeastTransfer = 1ms;

// What is left idle of the path rather than let a frame wait on it.
constexpr double kIdleShare = 0.25;

}  // namespace

void PublishWindow::arrived(Duration transfer, Duration round_trip) {
  const Duration measured = std::max(transfer, kLeastTransfer);
  // A path that slows down must be noticed at once, one that recovers may wait for a few frames.
  transfer_ = transfer_ ? std::max(measured, (*transfer_ * 3 + measured) / 4) : measured;
  round_trip_ = round_trip;
}

void PublishWindow::done(Duration work) {
  work_ = work;
  granted_ = std::max(granted_ - 1, 0);  // it may have come without a grant
}

int PublishWindow::size() const {
  if (!transfer_) {
    return 1;
  }
  const double frames_meanwhile = std::chrono::duration<double>(round_trip_ + work_) / *transfer_;
  return std::clamp(1 + static_cast<int>(frames_meanwhile + 1 - kIdleShare), 1, kMost);
}

int PublishWindow::grant_one() {
  const int granted = granted_ == 0 ? 1 : 0;
  granted_ += granted;
  return granted;
}

int PublishWindow::grant() {
  const int granted = std::max(size() - granted_, 0);
  granted_ += granted;
  return granted;
}

}  // namespace freshframe
