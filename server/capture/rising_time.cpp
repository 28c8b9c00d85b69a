#include "capture/rising_time.h"

#include <algorithm>

namespace freshframe {
namespace {

// What keeps a clock right steps back by less (ntpd slews up to 128 ms and steps seldom); more is
// somebody setting it.
constexpr std::chrono::seconds kSetBack{1};

}  // namespace

UnixTime RisingTime::next(UnixTime captured, UnixTime arrival) {
  const bool clock_was_set_back = arrival < last_arrival_ - kSetBack;
  last_arrival_ = arrival;
  if (last_captured_ && !clock_was_set_back) {
    captured = std::max(captured, *last_captured_ + std::chrono::microseconds(1));
  }
  last_captured_ = captured;
  return captured;
}

}  // namespace freshframe
