#pragma once

#include <functional>
#include <string>

#include "base/result.h"
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
};

}  // namespace freshframe
