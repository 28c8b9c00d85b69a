#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/camera_control.h"
#include "capture/frame.h"
#include "capture/stream_format.h"

namespace freshframe {

/// Where a running source puts its frames and its bad news. Both are called on a thread of the
/// source's and must return at once: they hand over, they do no work.
struct SourceEvents {
  std::function<void(Frame)> on_frame;
  /// The source will deliver nothing more until it is stopped and started again. Called at most
  /// once for each start().
  std::function<void(Failure)> on_failure;
  /// The frame `sequence` is the first that has the controls of the outcome's revision. May be left
  /// empty.
  std::function<void(ControlOutcome outcome, std::uint64_t sequence)> on_controls_set = {};
};

/// A camera, or what stands in for one.
///
/// Thread: start() and stop() by one thread (the pipeline's), which may block in them.
class FrameSource {
 public:
  FrameSource() = default;
  FrameSource(const FrameSource&) = delete;
  FrameSource& operator=(const FrameSource&) = delete;
  virtual ~FrameSource() = default;

  /// Opens the device and lets frames come until stop(). On failure nothing is left open and
  /// start() may be tried again. Not called while running.
  virtual Result<StreamFormat> start(SourceEvents events) = 0;

  /// Ends the stream and closes the device. No event comes after the return. Frames that were
  /// handed out stay valid until they are dropped. Does nothing when not running.
  virtual void stop() = 0;

  /// What the log calls it, e.g. "libcamera /base/soc/i2c0mux/i2c@1/imx219@10" or "test pattern".
  virtual std::string description() const = 0;

  /// What can be set. Empty where there is nothing, and while it is not known: a camera that is not
  /// there does not tell. Like start(), by one thread.
  virtual std::vector<CameraControl> controls() { return {}; }

  /// Sets these controls, all that anybody has set so far, from the next frame on, and again after
  /// each start(). They are such as controls() lists. `revision` rises with each call, from 1, and
  /// those that this call is about have it.
  /// Thread-safe, and returns at once.
  virtual void set_controls(const ControlSettings& /*settings*/, std::uint64_t /*revision*/) {}
};

}  // namespace freshframe
