#include "app/choose_cameras.h"

#include <string>
#include <utility>

#include <spdlog/spdlog.h>

#include "capture/camera_lookup.h"

namespace freshframe {

namespace {

using Cameras = std::vector<LibcameraDescription>;

/// Null when it is not there.
const LibcameraDescription* find_camera(const LibcameraRequest& request, const Cameras& cameras) {
  const auto place = look_up_camera(request.camera, identities_of(cameras));
  return place ? &cameras[*place] : nullptr;
}

Failure not_there(const CameraSpec& spec, const LibcameraRequest& request, const Cameras& cameras) {
  std::string reason = "camera " + spec.name + ": libcamera has no camera";
  if (!request.camera.empty()) {
    reason += " \"" + request.camera + "\"";
  }
  if (request.camera.starts_with("model:") || request.camera.starts_with("serial:")) {
    reason += ", or more than one";
  }
  if (cameras.empty()) {
    return {Failure::Kind::kUnavailable, reason + "; check that one is plugged in"};
  }
  reason += "; it has:";
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    reason += (i == 0 ? " " : ", ") + std::to_string(i) + " = " + cameras[i].identity.id;
  }
  return {Failure::Kind::kUnavailable, reason};
}

CameraSpec find_a_camera() {
  const auto cameras = list_libcamera_cameras();
  if (cameras && !cameras->empty()) {
    const CameraIdentity& camera = cameras->front().identity;
    spdlog::info("no camera was named: taking the first that libcamera {} found, {} ({})",
                 libcamera_version(), camera.model, camera.id);
    return {.name = "cam0", .source = LibcameraRequest{.camera = camera.id}};
  }
  const std::string why =
      cameras ? "libcamera " + libcamera_version() + " found none" : cameras.error().reason;
  spdlog::warn("no camera was named, and {}: showing the test pattern", why);
  return {.name = "pattern", .source = PatternRequest{}};
}

}  // namespace

Result<std::vector<CameraSpec>> choose_cameras(const std::vector<CameraSpec>& wanted) {
  if (wanted.empty()) {
    return std::vector<CameraSpec>{find_a_camera()};
  }
  std::optional<Result<Cameras>> cameras;  // asked for once, and only if somebody wants one
  for (const CameraSpec& spec : wanted) {
    if (!std::holds_alternative<LibcameraRequest>(spec.source)) {
      continue;
    }
    if (!cameras) {
      cameras = list_libcamera_cameras();
    }
    if (!*cameras) {
      const Failure& failure = cameras->error();
      return Failure{failure.kind, "camera " + spec.name + ": " + failure.reason};
    }
    if (const auto obstacle = obstacle_to(spec, **cameras)) {
      return *obstacle;
    }
  }
  return wanted;
}

std::optional<Failure> obstacle_to(const CameraSpec& spec, const Cameras& cameras) {
  const auto* const request = std::get_if<LibcameraRequest>(&spec.source);
  if (request == nullptr) {
    return std::nullopt;
  }
  const LibcameraDescription* const camera = find_camera(*request, cameras);
  if (camera == nullptr) {
    return not_there(spec, *request, cameras);
  }
  if (camera->offers.empty()) {
    return std::nullopt;
  }
  const auto choice = choose_format(camera->offers, request->size, request->format);
  if (!choice) {
    return Failure{choice.error().kind, "camera " + spec.name + ": " + choice.error().reason};
  }
  return std::nullopt;
}

std::unique_ptr<FrameSource> make_source(const CameraSpec& spec) {
  if (const auto* libcamera = std::get_if<LibcameraRequest>(&spec.source)) {
    return make_libcamera_source(*libcamera);
  }
  return make_pattern_source(std::get<PatternRequest>(spec.source));
}

}  // namespace freshframe
