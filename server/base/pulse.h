#pragma once

#include <atomic>
#include <cstdint>

namespace freshframe {

/// Shows whether a thread that works between waits still comes back to waiting. One that waits for
/// work may do so for ever; one that works may not, and when it does, whatever it called hangs.
///
/// Thread: Rest on the thread in question only; beats() is thread-safe.
class Pulse {
 public:
  /// The thread waits for work while this lives.
  class Rest {
   public:
    explicit Rest(Pulse& pulse) : pulse_(pulse) { ++pulse_.beats_; }
    ~Rest() { ++pulse_.beats_; }
    Rest(const Rest&) = delete;
    Rest& operator=(const Rest&) = delete;

   private:
    Pulse& pulse_;
  };

  /// Rests begun and ended, together: odd while the thread rests.
  std::uint64_t beats() const { return beats_; }

 private:
  std::atomic<std::uint64_t> beats_{0};
};

/// Looks at a Pulse, which must outlive it, again and again.
///
/// Thread: one, which need not be the pulse's.
class PulseWatch {
 public:
  explicit PulseWatch(const Pulse& pulse) : pulse_(&pulse), seen_(pulse.beats()) {}

  /// False when the thread has been at the same piece of work since the look before; the first look
  /// is the construction.
  bool has_moved() {
    const std::uint64_t beats = pulse_->beats();
    const bool rests = beats % 2 == 1;
    const bool moved = rests || beats != seen_;
    seen_ = beats;
    return moved;
  }

 private:
  const Pulse* pulse_;
  std::uint64_t seen_;
};

}  // namespace freshframe
