#pragma once

#include <cstddef>

#include "capture/frame.h"

namespace freshframe {

/// How a picture is cut into horizontal strips that are encoded for themselves.
struct StripPlan {
  std::size_t count = 1;
  /// Of each strip but the last, which has what is left.
  int strip_height_px = 0;
  /// A strip's size in MCUs, at most 65,535: JPEG's restart interval.
  int restart_interval_mcus = 0;
};

/// Into how many strips a picture of this size had better be cut for so many threads; 1 when it is
/// better encoded whole, by one of them.
std::size_t strips_worth_making(int width_px, int height_px, std::size_t threads);

/// Cuts a picture of this size and format, which is not kMjpeg, into about so many strips of one
/// height: fewer where it has not enough rows, more where a strip would have too many MCUs. Strips
/// are whole MCU rows, of 16 px, or 8 px in a grey picture (ITU-T T.81, A.2.4).
StripPlan cut_in_strips(PixelFormat format, int width_px, int height_px, std::size_t strips);

/// The strip of `frame` with this number, from 0. Refers to the bytes of `frame`, which has to live
/// longer and whose planes hold the picture.
Frame strip_of(const Frame& frame, const StripPlan& plan, std::size_t index);

}  // namespace freshframe
