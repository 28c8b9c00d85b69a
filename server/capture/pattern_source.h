#pragma once

#include <functional>
#include <memory>

#include "base/unix_time.h"
#include "capture/frame_source.h"
#include "capture/pixel_format.h"
#include "capture/size.h"

namespace freshframe {

inline constexpr Size kSmallestPattern{128, 96};
inline constexpr Size kLargestPattern{4096, 2160};
inline constexpr double kHighestPatternRate = 1000;

/// What the test pattern shall deliver.
struct PatternRequest {
  Size size{1280, 720};
  double frames_per_second = 30;
  /// kNv12, or kMjpeg for pictures that cost almost nothing to make and nothing to encode.
  PixelFormat format = PixelFormat::kNv12;
  friend bool operator==(const PatternRequest&, const PatternRequest&) = default;
};

/// A picture that moves without a camera: the frame's number for machines (capture/number_cells.h)
/// and for people, a clock in UTC, and a background as hard to compress as a camera's.
///
/// It behaves as a camera does: frames have their times whoever comes late, and while all of its
/// four buffers are leased, frames are missing. Anything that the constants above rule out, start()
/// refuses. `wall_clock` is asked on the source's thread.
std::unique_ptr<FrameSource> make_pattern_source(const PatternRequest& request,
                                                 std::function<UnixTime()> wall_clock = unix_now);

}  // namespace freshframe
