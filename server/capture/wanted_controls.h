#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

#include "capture/camera_control.h"

namespace freshframe {

/// What a camera's controls shall be set to, on its way to the camera's thread: the newest only.
/// Outlives starts and stops of the camera, each of which has to set everything anew.
/// Thread-safe.
class WantedControls {
 public:
  struct Wanted {
    ControlSettings settings;
    /// Rises with each change, from 1.
    std::uint64_t revision = 0;
  };

  void set(ControlSettings settings, std::uint64_t revision) {
    const std::lock_guard lock(mutex_);
    wanted_ = {std::move(settings), revision};
  }

  /// What is wanted, unless it is that of `revision`, which the camera has.
  std::optional<Wanted> newer_than(std::uint64_t revision) const {
    const std::lock_guard lock(mutex_);
    return wanted_.revision > revision ? std::optional(wanted_) : std::nullopt;
  }

 private:
  mutable std::mutex mutex_;
  Wanted wanted_;
};

}  // namespace freshframe
