#include "capture/libcamera_manager.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include <libcamera/property_ids.h>
#include <libcamera/version.h>
#include <spdlog/spdlog.h>

#include "capture/camera_devices.h"
#include "capture/camera_lookup.h"
#include "capture/device_survey.h"
#include "capture/libcamera_stream.h"
#include "capture/usb_serial.h"

namespace freshframe {

/// Stays connected to a camera for as long as the camera exists. libcamera's signals are emitted on
/// its own thread without a lock, so that to disconnect from one on another thread is a race; to
/// change the receiver behind a mutex is none.
class LibcameraManager::CameraSignals {
 public:
  explicit CameraSignals(const std::shared_ptr<libcamera::Camera>& camera) : camera_(camera) {
    camera->requestCompleted.connect(this, &CameraSignals::on_request_completed);
    camera->disconnected.connect(this, &CameraSignals::on_disconnected);
  }

  std::shared_ptr<libcamera::Camera> camera() const { return camera_.lock(); }

  void set_receiver(std::shared_ptr<LibcameraReceiver> receiver) {
    const std::lock_guard lock(mutex_);
    receiver_ = std::move(receiver);
  }

 private:
  std::shared_ptr<LibcameraReceiver> receiver() {
    const std::lock_guard lock(mutex_);
    return receiver_;
  }

  void on_request_completed(libcamera::Request* request) {
    if (const auto listener = receiver()) {
      listener->on_request_completed(request);
    }
  }

  void on_disconnected() {
    if (const auto listener = receiver()) {
      listener->on_camera_gone();
    }
  }

  std::weak_ptr<libcamera::Camera> camera_;
  std::mutex mutex_;
  std::shared_ptr<LibcameraReceiver> receiver_;
};

namespace {

Failure not_found(const std::string& which, const std::vector<CameraIdentity>& cameras) {
  if (const auto obstacle = obstacle_to_cameras(survey_devices())) {
    return *obstacle;
  }
  return {Failure::Kind::kUnavailable, why_not_found(which, cameras)};
}

// libcamera up to 0.1 says which camera a device belongs to, later versions which devices a camera
// has. Templates, so that only the half that this version has is compiled.
template <class Manager>
std::vector<dev_t> device_numbers_by_asking_for_each(
    const Manager& const_manager, const std::shared_ptr<libcamera::Camera>& camera) {
  std::vector<dev_t> numbers;
  if constexpr (requires(Manager & manager, dev_t number) { manager.get(number); }) {
    for (const std::string& device : survey_devices().devices) {
      struct stat status {};
      if (stat(device.c_str(), &status) == 0 && S_ISCHR(status.st_mode) &&
          const_cast<Manager&>(const_manager).get(status.st_rdev) == camera) {
        numbers.push_back(status.st_rdev);
      }
    }
  }
  return numbers;
}

}  // namespace

Result<LibcameraManager*> LibcameraManager::get() {
  // libcamera tells each start of a stream as news. Only if unset: the user's word counts.
  // Before libcamera has a thread, and the server reads no environment later.
  // NOLINTNEXTLINE(concurrency-mt-unsafe)
  static const int quietened = setenv("LIBCAMERA_LOG_LEVELS", "*:WARN", 0);
  (void)quietened;
  static LibcameraManager manager;
  if (manager.start_error_ != 0) {
    return Failure{
        Failure::Kind::kUnavailable,
        "libcamera does not start: " + std::generic_category().message(-manager.start_error_)};
  }
  return &manager;
}

LibcameraManager::LibcameraManager() : manager_(std::make_unique<libcamera::CameraManager>()) {
  start_error_ = manager_->start();
  // After the start, which announces every camera there is.
  manager_->cameraAdded.connect(this, &LibcameraManager::on_camera_added);
  manager_->cameraRemoved.connect(this, &LibcameraManager::on_camera_removed);
}

LibcameraManager::~LibcameraManager() {
  const std::lock_guard lock(mutex_);
  if (abandoned_.empty()) {
    manager_->stop();
    return;
  }
  // The process ends: what must not be destroyed is left to the kernel.
  for (auto& stream : abandoned_) {
    (void)stream.release();
  }
  for (auto& signals : signals_) {
    (void)signals.release();
  }
  (void)manager_.release();
}

Result<std::shared_ptr<libcamera::Camera>> LibcameraManager::find(const std::string& which) const {
  const auto all = cameras();
  std::vector<CameraIdentity> identities;
  std::transform(all.begin(), all.end(), std::back_inserter(identities),
                 [this](const auto& camera) { return identity(camera); });
  if (const auto place = look_up_camera(which, identities)) {
    return all[*place];
  }
  return not_found(which, identities);
}

CameraIdentity LibcameraManager::identity(const std::shared_ptr<libcamera::Camera>& camera) const {
  CameraIdentity identity{.id = camera->id()};
  if (const auto model = camera->properties().get(libcamera::properties::Model)) {
    identity.model = *model;
  }
  const std::vector<dev_t> devices = device_numbers(camera);
  const std::lock_guard lock(mutex_);
  std::string& serial = serials_[identity.id];
  if (those_gone(devices).empty()) {
    serial.clear();
    for (const dev_t device : devices) {
      serial = serial.empty() ? usb_serial_of(device) : serial;
    }
  }
  identity.serial = serial;
  return identity;
}

std::vector<dev_t> LibcameraManager::device_numbers(
    const std::shared_ptr<libcamera::Camera>& camera) const {
#if LIBCAMERA_VERSION_MAJOR > 0 || LIBCAMERA_VERSION_MINOR >= 2
  if (const auto numbers = camera->properties().get(libcamera::properties::SystemDevices)) {
    return {numbers->begin(), numbers->end()};
  }
#endif
  return device_numbers_by_asking_for_each(*manager_, camera);
}

void LibcameraManager::set_receiver(const std::shared_ptr<libcamera::Camera>& camera,
                                    std::shared_ptr<LibcameraReceiver> receiver) {
  const std::lock_guard lock(mutex_);
  std::erase_if(signals_, [](const auto& signals) { return signals->camera() == nullptr; });
  auto signals = std::find_if(signals_.begin(), signals_.end(),
                              [&](const auto& each) { return each->camera() == camera; });
  if (signals == signals_.end()) {
    signals = signals_.insert(signals_.end(), std::make_unique<CameraSignals>(camera));
  }
  (*signals)->set_receiver(std::move(receiver));
}

void LibcameraManager::abandon(std::unique_ptr<LibcameraStream> stream) {
  const std::lock_guard lock(mutex_);
  abandoned_.push_back(std::move(stream));
}

bool LibcameraManager::is_abandoned(const std::shared_ptr<libcamera::Camera>& camera) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(abandoned_.begin(), abandoned_.end(),
                     [&](const auto& stream) { return stream->camera() == camera; });
}

bool LibcameraManager::is_gone_unheard(const std::shared_ptr<libcamera::Camera>& camera) const {
  return is_abandoned(camera) || !those_gone(device_numbers(camera)).empty();
}

void LibcameraManager::end_abandoned_streams() {
  std::vector<std::unique_ptr<LibcameraStream>> over;
  {
    const std::lock_guard lock(mutex_);
    const auto first_over =
        std::partition(abandoned_.begin(), abandoned_.end(),
                       [](const auto& stream) { return !stream->camera_is_gone(); });
    std::move(first_over, abandoned_.end(), std::back_inserter(over));
    abandoned_.erase(first_over, abandoned_.end());
  }
  for (const auto& stream : over) {
    stream->end();
  }
}

// By value: a slot's parameters are the signal's.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
void LibcameraManager::on_camera_added(std::shared_ptr<libcamera::Camera> camera) {
  spdlog::info("camera {} was plugged in", describe(*camera));
}

// NOLINTNEXTLINE(performance-unnecessary-value-param)
void LibcameraManager::on_camera_removed(std::shared_ptr<libcamera::Camera> camera) {
  spdlog::info("camera {} was unplugged", describe(*camera));
}

std::string describe(const libcamera::Camera& camera) {
  const auto model = camera.properties().get(libcamera::properties::Model);
  return model && !model->empty() ? camera.id() + " (" + std::string(*model) + ")" : camera.id();
}

}  // namespace freshframe
