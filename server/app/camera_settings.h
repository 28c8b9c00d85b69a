#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "app/camera_spec.h"
#include "app/given_value.h"
#include "base/result.h"
#include "capture/size.h"

namespace freshframe {

/// One thing that can be said of a camera, beside its source. SPECs and the configuration file both
/// go through these, so that the same is allowed in both.
struct CameraSetting {
  /// What the configuration file calls it.
  std::string_view key;
  /// Checks the value against what the camera's source allows, and keeps it.
  Result<void> (*set)(const GivenValue& value, CameraSpec& camera);
};

/// A nameless camera with everything left to its source. Fails when there is no such source.
Result<CameraSpec> camera_from_source(const GivenValue& source);

Result<void> set_camera_name(const GivenValue& name, CameraSpec& camera);
/// Which of libcamera's cameras: its id or its place in the list.
Result<void> set_camera_device(const GivenValue& device, CameraSpec& camera);
Result<void> set_camera_size(const GivenValue& size, CameraSpec& camera);
Result<void> set_camera_frame_rate(const GivenValue& frames_per_second, CameraSpec& camera);
Result<void> set_camera_format(const GivenValue& format, CameraSpec& camera);
Result<void> set_camera_rotation(const GivenValue& degrees, CameraSpec& camera);
Result<void> set_camera_mirror(const GivenValue& mirrored, CameraSpec& camera);
Result<void> set_camera_always_on(const GivenValue& always_on, CameraSpec& camera);

/// All of the above with their keys.
std::span<const CameraSetting> camera_settings();

/// `WIDTHxHEIGHT` of any size.
std::optional<Size> parse_size(std::string_view text);

}  // namespace freshframe
