#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/camera_control.h"
#include "capture/camera_lookup.h"
#include "capture/format_choice.h"
#include "capture/frame_rates.h"
#include "capture/frame_source.h"
#include "capture/pixel_format.h"
#include "capture/size.h"

namespace freshframe {

/// Which camera, and what is asked of it. What is left out, the camera and we choose together.
struct LibcameraRequest {
  /// As look_up_camera() has it: empty for the first.
  std::string camera;
  std::optional<Size> size = {};
  std::optional<double> frames_per_second = {};
  std::optional<PixelFormat> format = {};
  friend bool operator==(const LibcameraRequest&, const LibcameraRequest&) = default;
};

/// One camera as `--list-cameras` shows it.
struct LibcameraDescription {
  struct Format {
    /// libcamera's name, e.g. "MJPEG" or "YUYV".
    std::string name;
    /// Absent where Freshframe cannot use the format.
    std::optional<PixelFormat> format;
    std::vector<Size> sizes;
  };
  CameraIdentity identity;
  std::vector<Format> formats;
  /// What Freshframe can ask it for; empty where the camera does not tell.
  std::vector<FormatOffer> offers;
  /// Absent where the camera takes no wish for a rate.
  std::optional<FrameRates> frame_rates;
  std::vector<CameraControl> controls;
};

/// What they are told by, in the same order.
std::vector<CameraIdentity> identities_of(const std::vector<LibcameraDescription>& cameras);

/// libcamera's version, or an empty string when this program was built without libcamera.
std::string libcamera_version();

/// The cameras libcamera has now, in its order; none is not a failure. Fails when there are devices
/// that libcamera cannot reach: this user may not open them (kNoPermission), or udev or /dev/media*
/// are not visible (kUnavailable); and when built without libcamera (kMisconfigured). Thread-safe.
Result<std::vector<LibcameraDescription>> list_libcamera_cameras();

/// A camera driven by libcamera. The camera need not be there yet: start() says so when it is not.
std::unique_ptr<FrameSource> make_libcamera_source(const LibcameraRequest& request);

}  // namespace freshframe
