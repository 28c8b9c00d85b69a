#pragma once

#include <cstdint>
#include <optional>

namespace freshframe {

/// Turns a driver's frame counter, 32 bits that wrap and begin anew with each start of the camera,
/// into a number that only rises.
///
/// Frames that the driver counted but did not deliver leave the gap they have in its counter.
/// Thread: one at a time.
class FrameSequence {
 public:
  /// The number of the frame that the driver numbers `driver_sequence`.
  std::uint64_t next(std::uint32_t driver_sequence);

  /// The camera was stopped: its next frame follows the last one, whatever the driver counts.
  void restart() { last_driver_sequence_.reset(); }

 private:
  std::uint64_t next_ = 0;
  std::optional<std::uint32_t> last_driver_sequence_;
};

}  // namespace freshframe
