#pragma once

#include <chrono>

namespace freshframe {

/// Tells of an open camera whether its pictures have stopped, and when it is to be opened again.
/// Pure: it is told the time.
///
/// Thread: one, from one start of the camera to its stop.
class PictureWatch {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Verdict {
    kFlows,
    kStalled,  // people are to be told
    kHung,     // waiting has not helped: close it and open it again
  };
  struct Limits {
    /// Without a picture for this long it has stalled.
    std::chrono::milliseconds stalled_after;
    /// Without one for this long it has hung.
    std::chrono::milliseconds hung_after;
  };

  /// The camera was opened at `now`. One with a long interval between frames (0: not known) is
  /// given five of them before it has stalled.
  PictureWatch(const Limits& limits, std::chrono::milliseconds frame_interval,
               Clock::time_point now);

  /// Or, while nobody watches, a frame that could have become one.
  void picture_came(Clock::time_point now);

  /// Of the frames from now on. A longer one holds at once. A shorter one holds after some
  /// pictures: a camera first makes those that it has begun.
  void set_frame_interval(std::chrono::milliseconds interval);

  Verdict verdict(Clock::time_point now) const;

  /// When the verdict will be another one if no picture comes before.
  Clock::time_point changes_at(Clock::time_point now) const;

 private:
  std::chrono::milliseconds stalled_after() const;
  std::chrono::milliseconds hung_after() const;

  const Limits limits_;
  std::chrono::milliseconds interval_;
  /// What it will be in so many pictures.
  std::chrono::milliseconds next_interval_;
  int pictures_until_then_ = 0;
  Clock::time_point last_picture_;
};

}  // namespace freshframe
