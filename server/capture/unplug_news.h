#pragma once

#include <chrono>
#include <optional>

#include "base/result.h"

namespace freshframe {

/// What to say of a camera whose device the kernel has taken away while libcamera still lists it.
/// The news comes to libcamera through udev, mostly within some tens of milliseconds and in a
/// network namespace of its own never: only time tells which it is.
///
/// Thread: one at a time.
class UnplugNews {
 public:
  using Clock = std::chrono::steady_clock;

  /// The device is not there. Until the news is overdue the camera was unplugged and that is all;
  /// then the reason says why libcamera may not have heard of it.
  Failure device_is_gone(Clock::time_point now = Clock::now());

  /// The device is there, or libcamera has heard that it is not.
  void came() { gone_since_.reset(); }

 private:
  std::optional<Clock::time_point> gone_since_;
};

}  // namespace freshframe
