#pragma once

#include <memory>
#include <optional>
#include <variant>

#include "base/unix_time.h"
#include "capture/buffer_pool.h"
#include "capture/frame.h"
#include "capture/pattern_jpeg.h"
#include "capture/pattern_picture.h"
#include "capture/pattern_source.h"

namespace freshframe {

/// Makes the frames of the test pattern in a few buffers, as a camera does.
class PatternFrames {
 public:
  /// How many frames can be out at a time.
  static constexpr std::size_t kBuffers = 4;

  /// Paints what does not change, which takes some tenths of a second for large sizes. `format` is
  /// kNv12 or kMjpeg. Throws std::bad_alloc.
  PatternFrames(Size size, PixelFormat format);

  /// Nothing while all buffers are out. Only kNv12 has a brightness.
  std::optional<Frame> make(std::uint64_t sequence, UnixTime captured, double brightness = 0);

 private:
  Frame make_nv12(const FrameInfo& info, std::unique_ptr<BufferPool::Lease> lease,
                  double brightness);
  Frame make_mjpeg(const FrameInfo& info, std::unique_ptr<BufferPool::Lease> lease);

  Size size_;
  std::variant<PatternPicture, PatternJpeg> pattern_;
  std::shared_ptr<BufferPool> buffers_ = std::make_shared<BufferPool>(kBuffers);
};

}  // namespace freshframe
