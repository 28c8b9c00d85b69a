#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "app/camera_spec.h"
#include "base/result.h"
#include "capture/frame_source.h"
#include "capture/libcamera_source.h"

namespace freshframe {

/// The cameras to serve: those of `wanted`, each of which must be there now, or, when it is empty,
/// the first that libcamera has, or else the test pattern. Logs which were taken and why.
///
/// Fails with a sentence when a wanted camera is not there or may not be opened, or when it does
/// not offer what is asked of it.
Result<std::vector<CameraSpec>> choose_cameras(const std::vector<CameraSpec>& wanted);

/// Why `spec` cannot work with the cameras that libcamera has: its camera is not there
/// (kUnavailable), or does not offer the size or format (kMisconfigured). Empty when nothing speaks
/// against it.
std::optional<Failure> obstacle_to(const CameraSpec& spec,
                                   const std::vector<LibcameraDescription>& cameras);

/// The source that a spec describes.
std::unique_ptr<FrameSource> make_source(const CameraSpec& spec);

}  // namespace freshframe
