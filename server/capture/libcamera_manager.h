#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <libcamera/camera.h>
#include <libcamera/camera_manager.h>

#include "base/result.h"
#include "capture/camera_lookup.h"
#include "capture/libcamera_receiver.h"

namespace freshframe {

class LibcameraStream;

/// The process's one libcamera::CameraManager (libcamera allows no second), started when first
/// asked for and kept until the process ends, so that cameras plugged in later are heard of.
/// Thread-safe.
class LibcameraManager {
 public:
  static Result<LibcameraManager*> get();

  LibcameraManager(const LibcameraManager&) = delete;
  LibcameraManager& operator=(const LibcameraManager&) = delete;
  ~LibcameraManager();

  std::vector<std::shared_ptr<libcamera::Camera>> cameras() const { return manager_->cameras(); }

  /// The camera that `which` means, as look_up_camera() has it.
  Result<std::shared_ptr<libcamera::Camera>> find(const std::string& which) const;

  /// The serial number is that which the camera had when its devices were there last.
  CameraIdentity identity(const std::shared_ptr<libcamera::Camera>& camera) const;

  /// The devices the camera works with, as far as libcamera tells.
  std::vector<dev_t> device_numbers(const std::shared_ptr<libcamera::Camera>& camera) const;

  /// Who hears of the camera's requests and of its going, until the next call; nobody when null.
  void set_receiver(const std::shared_ptr<libcamera::Camera>& camera,
                    std::shared_ptr<LibcameraReceiver> receiver);

  /// Keeps a stream that may not be ended, until the process ends or libcamera has understood.
  void abandon(std::unique_ptr<LibcameraStream> stream);

  /// The kernel has taken devices of a listed camera away, or a stream of it is abandoned, which is
  /// to say that they were gone before: libcamera has not heard of it, and the camera must be left
  /// alone.
  bool is_gone_unheard(const std::shared_ptr<libcamera::Camera>& camera) const;

  /// A stream of the camera was abandoned, and not ended since.
  bool is_abandoned(const std::shared_ptr<libcamera::Camera>& camera) const;

  /// Ends the abandoned streams of whose camera's going libcamera has heard by now.
  void end_abandoned_streams();

 private:
  class CameraSignals;

  LibcameraManager();
  void on_camera_added(std::shared_ptr<libcamera::Camera> camera);
  void on_camera_removed(std::shared_ptr<libcamera::Camera> camera);

  int start_error_ = 0;
  std::unique_ptr<libcamera::CameraManager> manager_;
  mutable std::mutex mutex_;
  /// By the cameras' ids.
  mutable std::map<std::string, std::string> serials_;
  std::vector<std::unique_ptr<CameraSignals>> signals_;
  std::vector<std::unique_ptr<LibcameraStream>> abandoned_;
};

/// "\_SB_.PCI0.XHC0-1:1.0-1d6b:0102 (Webcam one)"
std::string describe(const libcamera::Camera& camera);

}  // namespace freshframe
