#pragma once

#include <optional>

#include "capture/frame.h"

namespace freshframe {

/// Tells whether a camera's exposure still converges after a start: its first pictures are too dark
/// or too bright, and a viewer that measures wants to know. Goes by what the camera reports of each
/// frame, exposure time times gain; of a camera that reports neither nothing is known, and it
/// counts as settled.
///
/// Thread: one, from one start of the camera to its stop.
class ExposureSettling {
 public:
  /// To be asked once for each frame, in order.
  bool is_settling(const FrameInfo& info);

 private:
  std::optional<double> last_exposure_;
  int steady_frames_ = 0;
  int frames_ = 0;
  bool has_settled_ = false;
};

}  // namespace freshframe
