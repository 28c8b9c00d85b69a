#pragma once

#include <chrono>
#include <optional>

namespace freshframe {

/// How many frames a publisher may have on their way at once, and so how many it is granted.
///
/// One is enough where a frame takes longer to arrive than a grant to get there: the next is then
/// taken from the camera when the grant has come, and is as fresh as can be. More keep a long or
/// fast path busy: as many as arrive in the time from a frame's end to the arrival of the frame
/// that its grant allowed. More than that would queue on the path.
///
/// Thread: one at a time.
class PublishWindow {
 public:
  using Duration = std::chrono::steady_clock::duration;

  /// A frame has arrived whole; its bytes came within `transfer`, and the path's round trip is
  /// `round_trip`.
  void arrived(Duration transfer, Duration round_trip);

  /// A frame is done with, `work` after it had arrived.
  void done(Duration work);

  /// How many frames more the publisher may be told to send now. They count as granted.
  int grant();

  /// As above, but one at most, and only when none is granted.
  int grant_one();

  int size() const;

 private:
  std::optional<Duration> transfer_;
  Duration round_trip_{};
  Duration work_{};
  int granted_ = 0;
};

}  // namespace freshframe
