#pragma once

#include <memory>
#include <vector>

#include "app/camera_spec.h"
#include "base/result.h"
#include "capture/frame_source.h"

namespace freshframe {

/// The cameras to serve: those of `wanted`, each of which must be there now, or, when it is empty,
/// the first that libcamera has, or else the test pattern. Logs which were taken and why.
///
/// Fails with a sentence when a wanted camera is not there or may not be opened.
Result<std::vector<CameraSpec>> choose_cameras(const std::vector<CameraSpec>& wanted);

/// The source that a spec describes.
std::unique_ptr<FrameSource> make_source(const CameraSpec& spec);

}  // namespace freshframe
