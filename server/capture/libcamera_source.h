#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/format_choice.h"
#include "capture/frame_source.h"
#include "capture/pixel_format.h"
#include "capture/size.h"

namespace freshframe {

/// Which camera, and what is asked of it. What is left out, the camera and we choose together.
struct LibcameraRequest {
  /// libcamera's id, or a number: the camera's place in libcamera's list, from 0. Empty: the first.
  std::string camera;
  std::optional<Size> size = {};
  std::optional<double> frames_per_second = {};
  std::optional<PixelFormat> format = {};
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
  std::string id;
  std::string model;
  std::vector<Format> formats;
  /// What Freshframe can ask it for; empty where the camera does not tell.
  std::vector<FormatOffer> offers;
};

/// libcamera's version, or an empty string when this program was built without libcamera.
std::string libcamera_version();

/// The cameras libcamera has now, in its order; none is not a failure. Fails when there are devices
/// that libcamera cannot reach: this user may not open them (kNoPermission), or udev or /dev/media*
/// are not visible (kUnavailable); and when built without libcamera (kMisconfigured). Thread-safe.
Result<std::vector<LibcameraDescription>> list_libcamera_cameras();

/// A camera driven by libcamera. The camera need not be there yet: start() says so when it is not.
std::unique_ptr<FrameSource> make_libcamera_source(const LibcameraRequest& request);

}  // namespace freshframe
