#pragma once

namespace freshframe {

/// In frames per second.
struct FrameRates {
  double lowest = 0;
  double highest = 0;
  friend bool operator==(const FrameRates&, const FrameRates&) = default;
};

}  // namespace freshframe
