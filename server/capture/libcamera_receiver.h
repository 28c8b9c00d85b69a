#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <libcamera/camera.h>
#include <libcamera/request.h>

#include "capture/camera_control.h"
#include "capture/control_delivery.h"
#include "capture/frame.h"
#include "capture/frame_order.h"
#include "capture/frame_source.h"
#include "capture/libcamera_buffer.h"
#include "capture/wanted_controls.h"

namespace freshframe {

/// The way of requests back into a running camera. A lease may take it at any time and from any
/// thread, also when the camera was stopped long ago.
/// Thread-safe.
class LibcameraRequestQueue {
 public:
  LibcameraRequestQueue(std::shared_ptr<libcamera::Camera> camera,
                        std::shared_ptr<const WantedControls> wanted)
      : camera_(std::move(camera)), wanted_(std::move(wanted)) {}

  /// Gives a request to the camera, with controls that are wanted and not set yet, unless close()
  /// was called: `request` may then be gone. 0, or libcamera's negative error number.
  int put(libcamera::Request* request);

  /// Gives a request that was cancelled to the camera without the controls that it brought. False
  /// when it brought none, so that they are not why.
  bool put_again(libcamera::Request* request);

  /// What `request`, which was completed, decides.
  std::optional<ControlOutcome> take_outcome(const libcamera::Request& request);

  /// When this returns, no put() touches a request or the camera any more.
  void close();

 private:
  std::mutex mutex_;
  std::shared_ptr<libcamera::Camera> camera_;
  const std::shared_ptr<const WantedControls> wanted_;
  ControlDelivery delivery_;
  /// The cookie of the request that is under way with what the delivery gave.
  std::optional<std::uint64_t> carrier_;
};

/// Makes Frames of a camera's completed requests and hands them on, until it is closed.
///
/// Thread: the handlers run on libcamera's thread, everything else on the pipeline's.
class LibcameraReceiver {
 public:
  /// `buffers` by the cookies of their requests; `stream_info` says what all frames have in common;
  /// `device_numbers` are the camera's.
  LibcameraReceiver(std::vector<std::shared_ptr<LibcameraBuffer>> buffers,
                    std::shared_ptr<LibcameraRequestQueue> queue, const FrameInfo& stream_info,
                    const FrameOrder& order, std::vector<dev_t> device_numbers);

  /// Lets events out from now on. False when the camera is gone already.
  bool open(SourceEvents events);

  /// When this returns, no event is under way and none will come. Tells what the next start
  /// of the camera goes on from.
  FrameOrder close();

  bool camera_is_gone();

  /// libcamera has given up requests while the camera ran, or even every one, so that no frame can
  /// come any more.
  bool requests_are_lost() const { return lost_requests_ > 0; }
  bool all_requests_are_lost() const { return lost_requests_ >= buffers_.size(); }

  /// Waits for libcamera to say that the camera is gone. False when it did not in that time.
  bool wait_until_camera_is_gone(std::chrono::milliseconds limit);

  void on_request_completed(libcamera::Request* request);
  void on_camera_gone();

 private:
  void lose_request();

  const std::vector<std::shared_ptr<LibcameraBuffer>> buffers_;
  const std::shared_ptr<LibcameraRequestQueue> queue_;
  const FrameInfo stream_info_;
  const std::vector<dev_t> device_numbers_;
  std::atomic<std::size_t> lost_requests_{0};

  // Held while an event is delivered, which is what close() waits for.
  std::mutex events_mutex_;
  SourceEvents events_;
  FrameOrder order_;
  /// What no frame was told to have yet.
  std::optional<ControlOutcome> outcome_to_tell_;

  std::mutex gone_mutex_;
  std::condition_variable gone_changed_;
  bool gone_ = false;
};

}  // namespace freshframe
