#include "capture/libcamera_source.h"

#include <mutex>
#include <utility>

#include "capture/camera_devices.h"
#include "capture/libcamera_controls.h"
#include "capture/libcamera_manager.h"
#include "capture/libcamera_stream.h"
#include "capture/unplug_news.h"
#include "capture/wanted_controls.h"

namespace freshframe {
namespace {

class LibcameraSource final : public FrameSource {
 public:
  explicit LibcameraSource(const LibcameraRequest& request) : request_(request) {}
  ~LibcameraSource() override { stop(); }

  Result<StreamFormat> start(SourceEvents events) override {
    const auto manager = LibcameraManager::get();
    if (!manager) {
      return manager.error();
    }
    (*manager)->end_abandoned_streams();
    auto camera = (*manager)->find(request_.camera);
    if (!camera) {
      unplug_news_.came();
      return camera.error();
    }
    {
      const std::lock_guard lock(id_mutex_);
      id_ = (*camera)->id();
    }
    if ((*manager)->is_abandoned(*camera) &&
        those_gone((*manager)->device_numbers(*camera)).empty()) {
      return Failure{Failure::Kind::kUnavailable,
                     "the camera's last start could not be ended without ending the server; unplug "
                     "the camera and plug it in again, or restart the server"};
    }
    if ((*manager)->is_gone_unheard(*camera)) {
      return unplug_news_.device_is_gone();
    }
    unplug_news_.came();
    auto stream = LibcameraStream::start(**manager, std::move(*camera), request_, std::move(events),
                                         order_, wanted_);
    if (!stream) {
      return stream.error();
    }
    stream_ = std::move(*stream);
    return stream_->format();
  }

  void stop() override {
    if (stream_) {
      order_ = LibcameraStream::stop(std::move(stream_));
    }
  }

  std::vector<CameraControl> controls() override {
    const auto manager = LibcameraManager::get();
    if (!manager) {
      return {};
    }
    const auto camera = (*manager)->find(request_.camera);
    return camera ? settable_controls((*camera)->controls()) : std::vector<CameraControl>();
  }

  void set_controls(const ControlSettings& settings, std::uint64_t revision) override {
    wanted_->set(settings, revision);
  }

  /// Thread-safe.
  std::string description() const override {
    const std::lock_guard lock(id_mutex_);
    const std::string& name = id_.empty() ? request_.camera : id_;
    return name.empty() ? "the first libcamera camera" : "libcamera " + name;
  }

 private:
  const LibcameraRequest request_;
  mutable std::mutex id_mutex_;
  std::string id_;
  const std::shared_ptr<WantedControls> wanted_ = std::make_shared<WantedControls>();
  FrameOrder order_;
  UnplugNews unplug_news_;
  std::unique_ptr<LibcameraStream> stream_;
};

}  // namespace

std::unique_ptr<FrameSource> make_libcamera_source(const LibcameraRequest& request) {
  return std::make_unique<LibcameraSource>(request);
}

}  // namespace freshframe
