#pragma once

#include <linux/videodev2.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "encode/v4l2_node.h"

namespace freshframe {

/// A buffer that came back from the device.
struct V4l2Returned {
  std::uint32_t index = 0;
  /// The device says that what it holds is no good.
  bool is_broken = false;
  /// Of the first plane.
  std::size_t begin_bytes = 0;
  std::size_t end_bytes = 0;
};

/// What the device is given as one plane of a buffer.
struct V4l2Given {
  /// For dma-bufs only.
  int fd = -1;
  std::size_t size_bytes = 0;
  /// How much of it is the picture; 0 in buffers that the device fills.
  std::size_t used_bytes = 0;
};

/// One direction of a device that turns memory into memory: its buffers, and their way to and fro.
/// Hides the difference between the single-planar and the multi-planar API. Stops and unmaps when
/// it is destroyed. Thread: one at a time.
class V4l2Queue {
 public:
  /// `type` is V4L2_BUF_TYPE_VIDEO_OUTPUT, ..._CAPTURE or their ..._MPLANE. `node` must outlive the
  /// queue.
  V4l2Queue(const V4l2Node& node, v4l2_buf_type type) : node_(node), type_(type) {}
  V4l2Queue(const V4l2Queue&) = delete;
  V4l2Queue& operator=(const V4l2Queue&) = delete;
  ~V4l2Queue();

  /// Asks for `count` buffers of V4L2_MEMORY_MMAP, which are mapped, or V4L2_MEMORY_DMABUF, which
  /// come with each give(). The device may make it more or fewer.
  Result<void> make_buffers(std::uint32_t count, v4l2_memory memory);

  std::uint32_t buffer_count() const { return buffer_count_; }

  /// The mapped planes of a buffer; none for dma-bufs.
  std::span<const std::span<std::byte>> memories(std::uint32_t index) const;

  /// STREAMON. Only then the device works on what it was given.
  Result<void> start();

  /// QBUF. 0, or a negative errno.
  int give(std::uint32_t index, std::span<const V4l2Given> planes);

  /// DQBUF. 0, -EAGAIN when nothing is back yet, or another negative errno.
  int take(V4l2Returned& returned);

 private:
  bool is_multiplanar() const {
    return type_ == V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE ||
           type_ == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
  }
  Result<void> map(std::uint32_t index);

  const V4l2Node& node_;
  const v4l2_buf_type type_;
  v4l2_memory memory_ = V4L2_MEMORY_MMAP;
  std::uint32_t buffer_count_ = 0;
  /// By buffer, by plane.
  std::vector<std::vector<std::span<std::byte>>> mapped_;
  bool is_streaming_ = false;
};

}  // namespace freshframe
