#pragma once

#include "capture/frame_sequence.h"
#include "capture/rising_time.h"

namespace freshframe {

/// What rises from frame to frame of a camera, and goes on rising when the camera is started again.
/// Thread: one at a time.
struct FrameOrder {
  FrameSequence sequence;
  RisingTime time;
};

}  // namespace freshframe
