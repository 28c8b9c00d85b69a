#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

#include "app/camera_spec.h"

#include "check.h"

// Whatever the text is, a SPEC that is accepted holds only what its source can be asked for, and a
// refusal is a short line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto camera = freshframe::parse_camera_spec(text);
  if (!camera) {
    // A libcamera id is repeated whole where a size stands in its place.
    check(!camera.error().reason.empty() && camera.error().reason.size() <= 1000 + size);
    return 0;
  }
  check(camera->name.size() <= 64 && camera->name != "." && camera->name != "..");
  if (const auto* const pattern = std::get_if<freshframe::PatternRequest>(&camera->source)) {
    check(pattern->size.width_px >= 128 && pattern->size.width_px <= 4096);
    check(pattern->size.height_px >= 96 && pattern->size.height_px <= 2160);
    check(pattern->frames_per_second >= 0.01 && pattern->frames_per_second <= 240);
    return 0;
  }
  if (std::holds_alternative<freshframe::PublishRequest>(camera->source)) {
    return 0;  // it holds nothing
  }
  const auto& libcamera = std::get<freshframe::LibcameraRequest>(camera->source);
  check(libcamera.camera.size() <= 256);
  if (libcamera.size) {
    check(libcamera.size->width_px >= 16 && libcamera.size->width_px <= 16384);
    check(libcamera.size->height_px >= 16 && libcamera.size->height_px <= 16384);
  }
  if (libcamera.frames_per_second) {
    check(*libcamera.frames_per_second >= 0.01 && *libcamera.frames_per_second <= 240);
  }
  return 0;
}
