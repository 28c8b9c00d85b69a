#include "capture/unplug_news.h"

namespace freshframe {
namespace {

// Beyond what udev takes on a machine that is very busy, and one retry of the pipeline's or two.
constexpr std::chrono::seconds kOverdue{3};

}  // namespace

Failure UnplugNews::device_is_gone(Clock::time_point now) {
  if (!gone_since_) {
    gone_since_ = now;
  }
  if (now - *gone_since_ < kOverdue) {
    return {Failure::Kind::kUnavailable, "the camera was unplugged; plug it in again"};
  }
  return {Failure::Kind::kUnavailable,
          "the camera was unplugged and libcamera has not been told; where udev's events do "
          "not arrive (a container without --network host), restart the server after "
          "plugging it in again"};
}

}  // namespace freshframe
