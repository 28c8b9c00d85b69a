#pragma once

#include <string>
#include <string_view>

namespace freshframe {

/// Where a camera stands, as viewers are told.
enum class CameraState {
  kIdle,      // nobody watches, so it does not run
  kStarting,  // being opened; no frame yet
  kSettling,  // frames come, and their exposure still converges
  kLive,      // frames come
  kStalled,   // open, but no frames come
  kLost,      // not there, or not to be opened; tried again
};

/// The protocol's name: "idle", "starting", "settling", "live", "stalled", "lost".
std::string_view to_string(CameraState state);

/// A state, and a sentence that a person can act on where there is something to do; empty
/// elsewhere.
struct CameraStatus {
  CameraState state = CameraState::kIdle;
  std::string reason;
  friend bool operator==(const CameraStatus&, const CameraStatus&) = default;
};

}  // namespace freshframe
