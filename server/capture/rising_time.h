#pragma once

#include <optional>

#include "base/unix_time.h"

namespace freshframe {

/// Lets the times of a camera's frames rise, as their numbers do. Reckoned from clocks that are
/// read one after the other, or told by a driver that rounds, the times of two frames may be equal
/// or change places; and the machine's clock is set back by a little now and then.
///
/// Thread: one at a time.
class RisingTime {
 public:
  /// The time of the next frame: `captured`, but at least 1 us after the frame before. When it
  /// arrives, by the machine's clock, more than a second before that one did, the clock was set
  /// back, and it is `captured` as it stands: to hold the time until the clock has caught up would
  /// make frames look younger than they are for that long.
  UnixTime next(UnixTime captured, UnixTime arrival);

 private:
  std::optional<UnixTime> last_captured_;
  UnixTime last_arrival_{};
};

}  // namespace freshframe
