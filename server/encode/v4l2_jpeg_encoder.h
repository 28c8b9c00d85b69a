#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <boost/system/result.hpp>

#include "capture/frame.h"
#include "encode/v4l2_session.h"

namespace freshframe {

/// Makes JPEG images of frames by one device: opens it for the first frame, and anew when frames
/// change their shape. Frames are imported where that works, else copied. What the device gives is
/// checked like a camera's own JPEG. Thread: encode thread only, but for the destructor.
class V4l2JpegEncoder {
 public:
  /// `calls` must outlive the encoder. Nothing is opened yet.
  V4l2JpegEncoder(const V4l2Calls& calls, V4l2EncoderDescription device, int quality_percent);

  const V4l2EncoderDescription& device() const { return device_; }

  /// `frame` holds its picture (planes_hold_the_picture()). The bytes stay valid until the next
  /// call. After any flaw but kFrame the encoder is to be destroyed.
  boost::system::result<std::span<const std::byte>, V4l2Flaw> encode(const Frame& frame);

 private:
  using Picture = boost::system::result<std::span<const std::byte>, V4l2Flaw>;

  Result<void> open(const Frame& frame);
  Result<void> open(const V4l2Shape& shape, V4l2Session::Input input);
  Picture encode_unchecked(const Frame& frame);
  Picture check(std::span<const std::byte> picture, const FrameInfo& info);

  const V4l2Calls& calls_;
  const V4l2EncoderDescription device_;
  const int quality_percent_;
  std::unique_ptr<V4l2Session> session_;
  V4l2Shape shape_;
  bool import_is_refused_ = false;
  bool session_has_worked_ = false;
  std::vector<std::byte> completed_;
};

}  // namespace freshframe
