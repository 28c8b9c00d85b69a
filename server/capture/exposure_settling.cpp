#include "capture/exposure_settling.h"

#include <cmath>

namespace freshframe {

namespace {

// A change that nobody sees: a thirtieth of a stop. Auto exposure goes on in steps of this size for
// ever, as the light does.
constexpr double kSteadyWithin = 0.025;
// Auto exposure acts with a delay of two or three frames, so that one steady frame means little.
constexpr int kSteadyFrames = 4;
// In flickering light it may never be steady; then this is how it is.
constexpr int kFramesAtMost = 90;

}  // namespace

bool ExposureSettling::is_settling(const FrameInfo& info) {
  if (has_settled_) {
    return false;
  }
  if (!info.exposure_time || ++frames_ > kFramesAtMost) {
    has_settled_ = true;
    return false;
  }
  const double exposure =
      static_cast<double>(info.exposure_time->count()) * info.analogue_gain.value_or(1.0F);
  const bool is_steady =
      last_exposure_ && std::abs(exposure - *last_exposure_) <= kSteadyWithin * *last_exposure_;
  steady_frames_ = is_steady ? steady_frames_ + 1 : 0;
  last_exposure_ = exposure;
  has_settled_ = steady_frames_ >= kSteadyFrames;
  return !has_settled_;
}

}  // namespace freshframe
