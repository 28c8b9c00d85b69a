#pragma once

#include <algorithm>

#include "net/limits.h"
#include "net/rate_budget.h"

namespace freshframe {

/// How often a viewer may say something. A peer that says more is told 1008 and let go.
///
/// An acknowledgement answers a frame, so each frame that is sent allows one, and there is no other
/// rate: 16 cameras at 60 frames a second are 960 a second. One that answers no frame counts as any
/// other message. A publisher's frames have their credit and are not counted here.
///
/// Thread: one. Pure: the time is told.
class SessionBudget {
 public:
  using TimePoint = RateBudget::TimePoint;

  /// Whoever acknowledges nothing for minutes may not save up for a flood; whoever acknowledges
  /// late, all that TCP and a library held, may.
  static constexpr int kMostAcknowledgementsSaved = 1024;

  explicit SessionBudget(const Limits& limits)
      : messages_per_second_(limits.messages_per_second),
        pings_per_second_(limits.pings_per_second) {}

  void frame_sent() {
    acknowledgements_ = std::min(acknowledgements_ + 1, kMostAcknowledgementsSaved);
  }

  /// Each counts one at `now`; false when it is one too many.
  bool take_acknowledgement(TimePoint now) {
    if (acknowledgements_ == 0) {
      return take_message(now);
    }
    --acknowledgements_;
    return true;
  }
  bool take_message(TimePoint now) { return messages_.spend(now, messages_per_second_); }
  /// A WebSocket ping or pong (RFC 6455, section 5.5), not the protocol's message of that name.
  bool take_ping(TimePoint now) { return pings_.spend(now, pings_per_second_); }

 private:
  const int messages_per_second_;
  const int pings_per_second_;
  int acknowledgements_ = 0;
  RateBudget messages_;
  RateBudget pings_;
};

}  // namespace freshframe
