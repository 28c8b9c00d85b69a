#include "app/choose_cameras.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>
#include <utility>

#include <spdlog/spdlog.h>

namespace freshframe {

namespace {

using Cameras = std::vector<LibcameraDescription>;

/// Null when it is not there.
const LibcameraDescription* find_camera(const LibcameraRequest& request, const Cameras& cameras) {
  // As the source will look for it: an id before a place.
  const auto found = std::find_if(cameras.begin(), cameras.end(),
                                  [&](const auto& camera) { return camera.id == request.camera; });
  if (found != cameras.end()) {
    return &*found;
  }
  std::size_t index = 0;
  const char* const end = request.camera.data() + request.camera.size();
  const auto [rest, error] = std::from_chars(request.camera.data(), end, index);
  const bool is_place = request.camera.empty() || (error == std::errc{} && rest == end);
  return is_place && index < cameras.size() ? &cameras[index] : nullptr;
}

Failure not_there(const CameraSpec& spec, const LibcameraRequest& request, const Cameras& cameras) {
  std::string reason = "camera " + spec.name + ": libcamera has no camera";
  if (!request.camera.empty()) {
    reason += " \"" + request.camera + "\"";
  }
  if (cameras.empty()) {
    return {Failure::Kind::kUnavailable, reason + "; check that one is plugged in"};
  }
  reason += "; it has:";
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    reason += (i == 0 ? " " : ", ") + std::to_string(i) + " = " + cameras[i].id;
  }
  return {Failure::Kind::kUnavailable, reason};
}

CameraSpec find_a_camera() {
  const auto cameras = list_libcamera_cameras();
  if (cameras && !cameras->empty()) {
    spdlog::info("no camera was named: taking the first that libcamera {} found, {} ({})",
                 libcamera_version(), cameras->front().model, cameras->front().id);
    return {.name = "cam0", .source = LibcameraRequest{.camera = cameras->front().id}};
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
  for (const CameraSpec& spec : wanted) {
    if (!std::holds_alternative<LibcameraRequest>(spec.source)) {
      continue;
    }
    const auto cameras = list_libcamera_cameras();
    if (!cameras) {
      return Failure{cameras.error().kind, "camera " + spec.name + ": " + cameras.error().reason};
    }
    if (const auto obstacle = obstacle_to(spec, *cameras)) {
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
