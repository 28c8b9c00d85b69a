#include "app/camera_settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <system_error>
#include <type_traits>
#include <variant>

#include "capture/format_choice.h"
#include "capture/pixel_format.h"

namespace freshframe {
namespace {

constexpr std::array kAllFormats = {PixelFormat::kMjpeg,  PixelFormat::kNv12,  PixelFormat::kNv21,
                                    PixelFormat::kYuv420, PixelFormat::kYuyv,  PixelFormat::kUyvy,
                                    PixelFormat::kRgb24,  PixelFormat::kBgr24, PixelFormat::kRgbx32,
                                    PixelFormat::kBgrx32, PixelFormat::kGrey8};
constexpr std::array kPatternFormats = {PixelFormat::kNv12, PixelFormat::kMjpeg};

/// What a source can be asked for at all. A libcamera camera may offer less, which shows when it
/// starts.
struct SourceLimits {
  std::string_view noun;
  Size smallest;
  Size largest;
  std::span<const PixelFormat> formats;
};

constexpr SourceLimits kLibcameraLimits{"a camera", {16, 16}, {16384, 16384}, kAllFormats};
constexpr SourceLimits kPatternLimits{"the test pattern", {128, 96}, {4096, 2160}, kPatternFormats};

const SourceLimits& limits_of(const CameraSpec& camera) {
  return std::holds_alternative<PatternRequest>(camera.source) ? kPatternLimits : kLibcameraLimits;
}

// One frame in 100 s: the time between two frames must stay a number that a clock can hold.
constexpr double kLowestFramesPerSecond = 0.01;
constexpr double kHighestFramesPerSecond = 240;

bool is_published(const CameraSpec& camera) {
  return std::holds_alternative<PublishRequest>(camera.source);
}

/// Of a source that has sizes, rates and formats of its own.
template <class Change>
void change_request(CameraSpec& camera, Change change) {
  if (auto* const libcamera = std::get_if<LibcameraRequest>(&camera.source)) {
    change(*libcamera);
  } else {
    change(std::get<PatternRequest>(camera.source));
  }
}

Failure its_publisher_decides(std::string_view what) {
  return {Failure::Kind::kMisconfigured, "the source publish has no " + std::string(what) +
                                             " of its own: whoever publishes decides; leave it "
                                             "out"};
}

constexpr std::size_t kLongestNameBytes = 64;
constexpr std::size_t kLongestDeviceBytes = 256;
constexpr double kHighestDeviceIndex = 999;
constexpr std::size_t kMostIndexDigits = 3;

// Not <cctype>: what is allowed does not depend on the locale.
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter_or_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_printable(char c) {
  return c >= ' ' && c <= '~';
}

bool fits(Size size, const SourceLimits& limits) {
  return size.width_px >= limits.smallest.width_px && size.width_px <= limits.largest.width_px &&
         size.height_px >= limits.smallest.height_px && size.height_px <= limits.largest.height_px;
}

bool is_device_id(std::string_view text) {
  if (text.empty() || text.size() > kLongestDeviceBytes ||
      !std::all_of(text.begin(), text.end(), is_printable)) {
    return false;
  }
  const bool is_index = std::all_of(text.begin(), text.end(), is_digit);
  return !is_index || text.size() <= kMostIndexDigits;
}

}  // namespace

std::optional<Size> parse_size(std::string_view text) {
  const char* const end = text.data() + text.size();
  Size size;
  const auto width = std::from_chars(text.data(), end, size.width_px);
  if (width.ec != std::errc{} || width.ptr == end || *width.ptr != 'x') {
    return std::nullopt;
  }
  const auto height = std::from_chars(width.ptr + 1, end, size.height_px);
  if (height.ec != std::errc{} || height.ptr != end) {
    return std::nullopt;
  }
  return size;
}

Result<CameraSpec> camera_from_source(const GivenValue& source) {
  if (source.text == "libcamera") {
    return CameraSpec{{}, LibcameraRequest{}};
  }
  if (source.text == "pattern") {
    return CameraSpec{{}, PatternRequest{}};
  }
  if (source.text == "publish") {
    return CameraSpec{{}, PublishRequest{}};
  }
  return refusal(source, "a source of pictures", "libcamera, pattern, publish");
}

Result<void> set_camera_name(const GivenValue& name, CameraSpec& camera) {
  const std::string text = name.text.value_or("");
  const bool fits_a_url = std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
  });
  if (text.empty() || text.size() > kLongestNameBytes || !fits_a_url ||
      !is_letter_or_digit(text.front())) {
    return refusal(name, "a camera name",
                   "1 to 64 letters, digits, '.', '_' or '-', the first a letter or digit");
  }
  camera.name = text;
  return {};
}

Result<void> set_camera_device(const GivenValue& device, CameraSpec& camera) {
  auto* const request = std::get_if<LibcameraRequest>(&camera.source);
  if (request == nullptr) {
    return Failure{Failure::Kind::kMisconfigured,
                   "only the source libcamera has cameras to choose from; leave it out"};
  }
  if (device.text && is_device_id(*device.text)) {
    request->camera = *device.text;
    return {};
  }
  if (!device.text && device.number && *device.number == std::trunc(*device.number) &&
      *device.number >= 0 && *device.number <= kHighestDeviceIndex) {
    request->camera = std::to_string(std::lround(*device.number));
    return {};
  }
  return refusal(device, "a libcamera camera",
                 "the id that --list-cameras shows, serial:NUMBER, model:NAME, or its place in "
                 "that list, 0 to 999");
}

Result<void> set_camera_size(const GivenValue& size, CameraSpec& camera) {
  if (is_published(camera)) {
    return its_publisher_decides("picture size");
  }
  const SourceLimits& limits = limits_of(camera);
  const std::optional<Size> parsed = parse_size(size.text.value_or(""));
  if (!parsed || !fits(*parsed, limits)) {
    return refusal(
        size, "a picture size of " + std::string(limits.noun),
        "WIDTHxHEIGHT from " + to_string(limits.smallest) + " to " + to_string(limits.largest));
  }
  change_request(camera, [&](auto& request) { request.size = *parsed; });
  return {};
}

Result<void> set_camera_frame_rate(const GivenValue& frames_per_second, CameraSpec& camera) {
  if (is_published(camera)) {
    return its_publisher_decides("frame rate");
  }
  const double rate = frames_per_second.number.value_or(0);
  if (!(rate >= kLowestFramesPerSecond && rate <= kHighestFramesPerSecond)) {
    return refusal(frames_per_second, "a frame rate", "numbers from 0.01 to 240");
  }
  change_request(camera, [&](auto& request) { request.frames_per_second = rate; });
  return {};
}

Result<void> set_camera_format(const GivenValue& format, CameraSpec& camera) {
  if (is_published(camera)) {
    return its_publisher_decides("pixel format");
  }
  const SourceLimits& limits = limits_of(camera);
  std::string allowed;
  for (const PixelFormat candidate : limits.formats) {
    if (format.text == to_string(candidate)) {
      change_request(camera, [&](auto& request) { request.format = candidate; });
      return {};
    }
    allowed.append(allowed.empty() ? "" : ", ").append(to_string(candidate));
  }
  return refusal(format, "a format of " + std::string(limits.noun), allowed);
}

Result<void> set_camera_rotation(const GivenValue& degrees, CameraSpec& camera) {
  if (is_published(camera)) {
    return its_publisher_decides("rotation");
  }
  for (const int each : {0, 90, 180, 270}) {
    if (degrees.number == each) {
      camera.orientation.turned_degrees = each;
      return {};
    }
  }
  return refusal(degrees, "a rotation in degrees, clockwise", "0, 90, 180, 270");
}

Result<void> set_camera_mirror(const GivenValue& mirrored, CameraSpec& camera) {
  if (is_published(camera)) {
    return its_publisher_decides("mirror");
  }
  if (!mirrored.truth) {
    return refusal(mirrored, "a choice", "true, false");
  }
  camera.orientation.mirrored = *mirrored.truth;
  return {};
}

Result<void> set_camera_always_on(const GivenValue& always_on, CameraSpec& camera) {
  if (is_published(camera)) {
    return Failure{Failure::Kind::kMisconfigured,
                   "the source publish is not started and stopped here; leave it out"};
  }
  if (!always_on.truth) {
    return refusal(always_on, "a yes or a no", "true, false");
  }
  camera.always_on = *always_on.truth;
  return {};
}

std::span<const CameraSetting> camera_settings() {
  static constexpr std::array kSettings = {
      CameraSetting{"name", set_camera_name},     CameraSetting{"camera", set_camera_device},
      CameraSetting{"size", set_camera_size},     CameraSetting{"fps", set_camera_frame_rate},
      CameraSetting{"format", set_camera_format}, CameraSetting{"rotation", set_camera_rotation},
      CameraSetting{"mirror", set_camera_mirror}, CameraSetting{"always_on", set_camera_always_on}};
  return kSettings;
}

}  // namespace freshframe
