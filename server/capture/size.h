#pragma once

namespace freshframe {

/// Width and height of a picture in pixels.
struct Size {
  int width_px = 0;
  int height_px = 0;
  friend bool operator==(const Size&, const Size&) = default;
};

}  // namespace freshframe
