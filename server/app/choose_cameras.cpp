#include "app/choose_cameras.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include <spdlog/spdlog.h>

namespace freshframe {

namespace {

using Cameras = std::vector<LibcameraDescription>;

bool is_there(const LibcameraRequest& request, const Cameras& cameras) {
  if (request.camera.empty()) {
    return !cameras.empty();
  }
  std::size_t index = 0;
  const char* const end = request.camera.data() + request.camera.size();
  if (std::from_chars(request.camera.data(), end, index).ptr == end) {
    return index < cameras.size();
  }
  return std::any_of(cameras.begin(), cameras.end(),
                     [&](const auto& camera) { return camera.id == request.camera; });
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
    const auto* const request = std::get_if<LibcameraRequest>(&spec.source);
    if (request == nullptr) {
      continue;
    }
    const auto cameras = list_libcamera_cameras();
    if (!cameras) {
      return Failure{cameras.error().kind, "camera " + spec.name + ": " + cameras.error().reason};
    }
    if (!is_there(*request, *cameras)) {
      return not_there(spec, *request, *cameras);
    }
  }
  return wanted;
}

std::unique_ptr<FrameSource> make_source(const CameraSpec& spec) {
  if (const auto* libcamera = std::get_if<LibcameraRequest>(&spec.source)) {
    return make_libcamera_source(*libcamera);
  }
  return make_pattern_source(std::get<PatternRequest>(spec.source));
}

}  // namespace freshframe
