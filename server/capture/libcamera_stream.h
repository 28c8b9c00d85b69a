#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <libcamera/camera.h>
#include <libcamera/framebuffer_allocator.h>
#include <libcamera/request.h>

#include "base/result.h"
#include "capture/frame_order.h"
#include "capture/frame_source.h"
#include "capture/libcamera_receiver.h"
#include "capture/libcamera_source.h"

namespace freshframe {

class LibcameraManager;

/// A libcamera camera from acquire() to release(): everything that one start of it needs.
/// Thread: the pipeline's.
class LibcameraStream {
 public:
  /// Starts `camera`, whose devices are there. Events come from then on, possibly before this
  /// returns. On failure the camera is free again.
  static Result<std::unique_ptr<LibcameraStream>> start(
      LibcameraManager& manager, std::shared_ptr<libcamera::Camera> camera,
      const LibcameraRequest& request, SourceEvents events, const FrameOrder& order,
      std::shared_ptr<const WantedControls> wanted);

  /// Ends `stream`, or abandons it where libcamera would abort the process. No event comes after
  /// the return. Tells what the next start goes on from.
  static FrameOrder stop(std::unique_ptr<LibcameraStream> stream);

  LibcameraStream(const LibcameraStream&) = delete;
  LibcameraStream& operator=(const LibcameraStream&) = delete;

  /// Gives a camera back that did not start. One that did must have been ended.
  ~LibcameraStream();

  const StreamFormat& format() const { return format_; }
  const std::shared_ptr<libcamera::Camera>& camera() const { return camera_; }

  /// libcamera has said that the camera is gone.
  bool camera_is_gone() const { return receiver_->camera_is_gone(); }

  /// Stops the camera and gives it back. Aborts the process when the device is gone and libcamera
  /// does not know it: see stop().
  void end();

 private:
  LibcameraStream(LibcameraManager& manager, std::shared_ptr<libcamera::Camera> camera);

  Result<void> acquire();
  Result<void> configure(const LibcameraRequest& request);
  Result<void> prepare_requests(const FrameOrder& order,
                                std::shared_ptr<const WantedControls> wanted);
  Result<void> run(SourceEvents events);
  void release();
  Failure failure(int error, const std::string& what_failed) const;

  LibcameraManager& manager_;
  const std::shared_ptr<libcamera::Camera> camera_;
  const std::vector<dev_t> device_numbers_;
  bool is_acquired_ = false;
  std::unique_ptr<libcamera::CameraConfiguration> configuration_;
  StreamFormat format_;
  YuvRange range_ = YuvRange::kFull;
  std::int64_t frame_duration_us_ = 0;
  // Buffers before the requests that use them: those die first.
  std::unique_ptr<libcamera::FrameBufferAllocator> allocator_;
  std::vector<std::unique_ptr<libcamera::Request>> requests_;
  std::shared_ptr<LibcameraRequestQueue> queue_;
  std::shared_ptr<LibcameraReceiver> receiver_;
};

}  // namespace freshframe
