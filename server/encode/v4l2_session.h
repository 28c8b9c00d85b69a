#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <boost/system/result.hpp>

#include "base/result.h"
#include "capture/frame.h"
#include "encode/v4l2_device_search.h"
#include "encode/v4l2_node.h"
#include "encode/v4l2_picture.h"
#include "encode/v4l2_queue.h"
#include "encode/v4l2_raw_format.h"

namespace freshframe {

/// Why a device made no picture of a frame.
struct V4l2Flaw {
  enum class Kind {
    kFrame,    // this one; the next may be well
    kRefused,  // the device does not take the frame from where it lies
    kDevice,   // the device is of no use any more, e.g. it was unplugged
    kHung,     // nothing came back in time; even closing it may take for ever
    kUnfit,    // the device is well, and never takes such frames
  };
  Kind kind = Kind::kFrame;
  /// Begins lower-case, without a full stop: "it is gone: No such device".
  std::string reason;
};

/// What frames of one shape a device is prepared for.
struct V4l2Shape {
  PixelFormat format = PixelFormat::kNv12;
  int width_px = 0;
  int height_px = 0;
  std::size_t stride_bytes = 0;
  friend bool operator==(const V4l2Shape&, const V4l2Shape&) = default;
};

V4l2Shape v4l2_shape_of(const Frame& frame);

/// A JPEG encoder device from open() to close(), set up for frames of one shape. One frame is with
/// the device at a time: the present is wanted, not throughput.
///
/// Source: the kernel's "Memory-to-Memory Stateful Video Encoder Interface", with what the drivers
/// of the Raspberry Pi (bcm2835-codec), i.MX 8 (mxc-jpeg) and Hantro add to it.
/// Thread: one at a time; the destructor may run on another and blocks as long as the driver does.
class V4l2Session {
 public:
  /// How long the device may take for a picture.
  static constexpr std::chrono::milliseconds kPatience{1'000};

  /// How frames come to the device.
  enum class Input {
    kCopied,    // into its own buffers
    kImported,  // it reads them where they lie, as dma-bufs
  };

  /// Opens the device and sets it up. Fails with kMisconfigured when it does not take such frames
  /// at all. `calls` must outlive the session.
  static Result<std::unique_ptr<V4l2Session>> open(const V4l2Calls& calls,
                                                   const V4l2EncoderDescription& device,
                                                   const V4l2Shape& shape, int quality_percent,
                                                   Input input);

  Input input() const { return input_; }

  /// The device can read this frame where it lies.
  bool can_import(const Frame& frame) const { return lies_as_the_device_wants(frame, raw_); }

  /// What the device made of `frame`, unchecked. The bytes are the session's and stay valid until
  /// the next call. When it returns, the device has let go of the frame, but for kHung.
  ///
  /// `frame` has the session's shape, holds its picture, and, for kImported, can be imported.
  boost::system::result<std::span<const std::byte>, V4l2Flaw> encode(const Frame& frame);

 private:
  V4l2Session(const V4l2EncoderDescription& device, const V4l2Shape& shape, Input input,
              std::unique_ptr<V4l2Node> node);

  Result<void> set_quality(int quality_percent);
  Result<void> set_formats();
  Result<void> make_buffers();
  Result<void> start();
  int give_result_buffer(std::uint32_t index);
  int give_copied(const Frame& frame);
  int give_imported(const Frame& frame);
  boost::system::result<std::span<const std::byte>, V4l2Flaw> wait_for_picture();
  void keep_picture(const V4l2Returned& returned);

  const V4l2EncoderDescription device_;
  const V4l2Shape shape_;
  const Input input_;
  // Before the queues, which use it until they are gone.
  const std::unique_ptr<V4l2Node> node_;
  /// From us to the device: V4L2 names them as the device sees them from user space.
  V4l2Queue output_;
  V4l2Queue capture_;
  V4l2RawFormat raw_;
  V4l2PictureWriter writer_;
  /// The memory that each OUTPUT buffer was last given, by its descriptor. The driver keeps it
  /// attached, so the same memory always goes by the same buffer.
  std::vector<int> imported_fds_;
  std::size_t next_import_ = 0;
  std::vector<std::byte> picture_;
};

}  // namespace freshframe
