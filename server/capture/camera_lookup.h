#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace freshframe {

/// What a camera can be told by.
struct CameraIdentity {
  /// libcamera's: stays the same when the machine is started again, but names the port of a USB
  /// camera.
  std::string id;
  /// What its maker calls it; those of a kind share it.
  std::string model = {};
  /// Of a USB camera, where its maker gave it one; stays the same in another port.
  std::string serial = {};
};

/// Which of these cameras `which` means: that with this id, that at this place from 0, the only one
/// of a serial number ("serial:N") or model ("model:NAME"), or the first when it is empty. An id
/// goes before a place, for an id may be a number. Thread-safe.
std::optional<std::size_t> look_up_camera(std::string_view which,
                                          const std::vector<CameraIdentity>& cameras);

/// The name of the camera at `place` that is the same in every port: "serial:N", else "model:NAME".
/// Empty where another camera has the same, or where it has neither.
std::string name_in_any_port(std::size_t place, const std::vector<CameraIdentity>& cameras);

/// What to tell whoever named a camera by `which` that look_up_camera() does not find: which there
/// are, and what to do where it may be plugged into another port.
std::string why_not_found(std::string_view which, const std::vector<CameraIdentity>& cameras);

}  // namespace freshframe
