#include <utility>

#include <libcamera/camera.h>
#include <libcamera/camera_manager.h>

#include "capture/device_survey.h"
#include "capture/libcamera_controls.h"
#include "capture/libcamera_formats.h"
#include "capture/libcamera_manager.h"
#include "capture/libcamera_source.h"

namespace freshframe {
namespace {

LibcameraDescription description_of(libcamera::Camera& camera, CameraIdentity identity) {
  LibcameraDescription description;
  description.identity = std::move(identity);
  description.frame_rates = frame_rates(camera.controls());
  description.controls = settable_controls(camera.controls());
  const auto configuration = camera.generateConfiguration({libcamera::StreamRole::VideoRecording});
  if (configuration && !configuration->empty()) {
    const libcamera::StreamFormats& formats = configuration->at(0).formats();
    for (const libcamera::PixelFormat& format : formats.pixelformats()) {
      description.formats.push_back(
          {format.toString(), from_libcamera(format), listed_sizes(formats, format)});
    }
    description.offers = usable_offers(formats);
  }
  return description;
}

}  // namespace

std::string libcamera_version() {
  return libcamera::CameraManager::version();
}

Result<std::vector<LibcameraDescription>> list_libcamera_cameras() {
  const auto manager = LibcameraManager::get();
  if (!manager) {
    return manager.error();
  }
  std::vector<LibcameraDescription> descriptions;
  for (const auto& camera : (*manager)->cameras()) {
    descriptions.push_back(description_of(*camera, (*manager)->identity(camera)));
  }
  if (descriptions.empty()) {
    if (const auto obstacle = obstacle_to_cameras(survey_devices())) {
      return *obstacle;
    }
  }
  return descriptions;
}

}  // namespace freshframe
