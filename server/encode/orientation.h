#pragma once

namespace freshframe {

/// How a camera hangs, and so how its pictures are to be shown: first mirrored, then turned.
struct Orientation {
  /// Clockwise: 0, 90, 180 or 270.
  int turned_degrees = 0;
  /// Left and right are swapped.
  bool mirrored = false;

  friend bool operator==(const Orientation&, const Orientation&) = default;
};

}  // namespace freshframe
