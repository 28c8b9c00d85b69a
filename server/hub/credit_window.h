#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "hub/frame_sizes.h"

namespace freshframe {

/// Decides when the next frame may leave for a viewer that acknowledges, so that its path is kept
/// busy and never queues: routers, proxies and a busy page are all inside what an acknowledgement
/// measures.
///
/// Two numbers describe the path. `solo` is how long a frame takes from its sending to its
/// acknowledgement when nothing else is on the way; `gap` is the least time between two sendings at
/// which frames do not wait for each other. Frames leave `gap` apart, with at most solo / gap of
/// them unacknowledged. While acknowledgements come in time the gap shrinks, which is how a path
/// that is fast but long fills; when one comes late its frame had queued, and the gap grows to what
/// the path was just seen to carry, the queue is let drain, and the next frame measures `solo`
/// anew.
///
/// Frames differ in size, and more so those of several cameras. Both numbers are those of a frame
/// of the usual size: FrameSizes tells by how much another one may take longer, or less long.
///
/// Source: server/README.md, "Credits". Pure: the time is told, nothing is read or sent here.
class CreditWindow {
 public:
  using Clock = std::chrono::steady_clock;
  using TimePoint = Clock::time_point;
  using Duration = Clock::duration;

  /// What is remembered of a viewer that does not acknowledge, or of frames given up.
  static constexpr std::size_t kRememberedFrames = 64;

  CreditWindow();

  /// A frame of so many bytes began to leave. Its number is the count of calls before, from 0.
  void sent(TimePoint now, std::size_t bytes);

  /// The viewer has shown frame `number`. As frames arrive in order, those before it count as
  /// arrived. A number that was never sent, or is known already, changes nothing.
  void acknowledged(std::uint64_t number, TimePoint now);

  /// The earliest moment from `now` on at which the next frame may leave. It comes nearer by
  /// acknowledged() only. Without any acknowledgement so far every frame may leave at once.
  TimePoint may_send_at(TimePoint now) const;

  /// Frames on their way, those given up not counted.
  std::size_t unacknowledged() const { return unacknowledged_; }

  /// Gives up frames whose acknowledgement is overdue, so that a lost one never freezes a stream.
  /// To be called when may_send_at() has come.
  void expire(TimePoint now);

 private:
  struct SentFrame {
    std::uint64_t number = 0;
    TimePoint sent_at{};
    std::size_t bytes = 0;
    /// Nothing else was on its way.
    bool is_solo = false;
    bool is_given_up = false;
  };

  SentFrame forget_oldest();
  void learn(const SentFrame& frame, TimePoint now);
  void learn_from_solo(Duration took);
  bool path_is_full() const;
  Duration tolerance() const;
  TimePoint overdue_at() const;
  void drain();

  bool viewer_acknowledges_ = false;
  std::uint64_t next_number_ = 0;
  std::deque<SentFrame> on_the_way_;
  std::size_t unacknowledged_ = 0;
  std::size_t unacknowledged_bytes_ = 0;
  std::size_t last_sent_bytes_ = 0;
  FrameSizes sizes_;

  Duration solo_{0};
  /// How much later than `solo` frames alone come by chance, on average.
  Duration lateness_{0};
  bool solo_is_known_ = false;
  Duration gap_{0};
  TimePoint last_sent_{};
  TimePoint last_acknowledged_{};
  TimePoint last_solo_{};
  /// The next frame waits until nothing else is on its way.
  bool drains_ = false;
  Duration patience_;
};

}  // namespace freshframe
