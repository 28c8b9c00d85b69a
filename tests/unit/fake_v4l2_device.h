#pragma once

#include <linux/videodev2.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "encode/plane_shapes.h"
#include "encode/turbo_encoder.h"
#include "encode/v4l2_calls.h"
#include "encode/v4l2_raw_format.h"

namespace freshframe {

/// A JPEG encoder device that is not there: it holds what it is told, works as the kernel's book
/// says, and fails on command. Keeps count of what is not given back. Thread-safe.
class FakeV4l2Device : public V4l2Calls {
 public:
  /// What kind of device it is. To be set before it is used.
  bool is_multiplanar = true;
  std::vector<std::uint32_t> raw_fourccs = {V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_NV12,
                                            V4L2_PIX_FMT_YUV420};
  std::uint32_t jpeg_fourcc = V4L2_PIX_FMT_JPEG;
  std::uint32_t capabilities = V4L2_CAP_STREAMING;
  bool has_quality = true;
  int lowest_quality = 1;
  int highest_quality = 100;
  int alignment_px = 16;
  int most_width_px = 4096;
  bool can_crop = true;
  bool takes_dmabufs = true;
  std::uint32_t data_offset = 0;
  std::vector<std::string> nodes = {"/dev/video7"};
  std::map<std::string, int> open_errors = {};

  /// Faults, which may be set while it is used.
  int failing_call = -1;  // this one, counted from 0,
  int failing_error = EIO;
  bool is_gone = false;  // each call fails with ENODEV
  bool hangs = false;    // what is given never comes back
  bool refuses_imports = false;
  bool breaks_imports = false;
  int broken_frames = 0;   // this many come with the error flag
  int garbage_frames = 0;  // this many are no JPEG
  int empty_frames = 0;

  /// What it has seen.
  int calls_made = 0;
  int frames_made = 0;
  int imports = 0;
  int opens = 0;
  int quality = 0;
  std::vector<std::string> order = {};
  std::map<int, std::set<std::uint32_t>> indices_of_dmabufs = {};

  FakeV4l2Device() = default;

  /// Memory that the device may import, by the descriptor that this gives.
  int add_dmabuf(std::span<std::byte> bytes) {
    dmabufs_.push_back(bytes);
    return kFirstDmabuf + static_cast<int>(dmabufs_.size()) - 1;
  }

  void advance(std::chrono::milliseconds time) {
    const std::lock_guard lock(mutex_);
    clock_ += time;
  }

  /// While it is set, STREAMOFF does not return.
  void set_streamoff_blocks(bool blocks) {
    const std::lock_guard lock(mutex_);
    streamoff_blocks_ = blocks;
    changed_.notify_all();
  }

  void wait_until_all_is_given_back() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return open_fds_.empty(); });
  }

  std::size_t open_descriptors() const {
    const std::lock_guard lock(mutex_);
    return open_fds_.size();
  }
  std::size_t mappings() const {
    const std::lock_guard lock(mutex_);
    return mapped_.size();
  }

  std::vector<std::string> video_nodes() const override { return nodes; }

  int open(const std::string& path) const override { return self().do_open(path); }
  void close(int fd) const override { self().do_close(fd); }
  int control(int fd, unsigned long request, void* argument) const override {
    return self().do_control(fd, request, argument);
  }
  int map(int fd, std::size_t size_bytes, std::uint32_t offset,
          std::span<std::byte>& bytes) const override {
    return self().do_map(fd, size_bytes, offset, bytes);
  }
  void unmap(std::span<std::byte> bytes) const override {
    const std::lock_guard lock(mutex_);
    self().mapped_.erase(self().mapped_.find(bytes.data()));
  }
  int poll(int fd, short events, std::chrono::milliseconds timeout) const override {
    return self().do_poll(fd, events, timeout);
  }
  std::chrono::steady_clock::time_point now() const override {
    const std::lock_guard lock(mutex_);
    return clock_;
  }

 private:
  static constexpr int kFirstFd = 100;
  static constexpr int kFirstDmabuf = 1000;
  static constexpr std::uint32_t kCaptureOffset = 1U << 30U;
  static constexpr std::size_t kPageBytes = 4096;

  struct Buffer {
    std::vector<std::vector<std::byte>> planes;  // its own memory
    std::array<int, VIDEO_MAX_PLANES> fds{};
    std::uint32_t used_bytes = 0;
    bool is_broken = false;
  };
  struct Queue {
    std::vector<Buffer> buffers;
    std::deque<std::uint32_t> given;
    std::deque<std::uint32_t> done;
    std::uint32_t memory = 0;
    bool is_streaming = false;
  };

  // The interface is const, for a table of calls has no state; this one is a device.
  FakeV4l2Device& self() const { return const_cast<FakeV4l2Device&>(*this); }

  int fault() {
    const int number = calls_made++;
    return is_gone ? ENODEV : number == failing_call ? failing_error : 0;
  }

  int do_open(const std::string& path) {
    const std::lock_guard lock(mutex_);
    const auto error = open_errors.find(path);
    if (const int wrong = error != open_errors.end() ? error->second : fault(); wrong != 0) {
      return -wrong;
    }
    ++opens;
    output_ = {};
    capture_ = {};
    open_fds_.insert(next_fd_);
    return next_fd_++;
  }

  void do_close(int fd) {
    const std::lock_guard lock(mutex_);
    open_fds_.erase(fd);
    changed_.notify_all();
  }

  int do_map(int fd, std::size_t size_bytes, std::uint32_t offset, std::span<std::byte>& bytes) {
    const std::lock_guard lock(mutex_);
    if (const int wrong = fault(); wrong != 0) {
      return -wrong;
    }
    Queue& queue = offset >= kCaptureOffset ? capture_ : output_;
    const std::size_t place = offset % kCaptureOffset / kPageBytes;
    std::vector<std::byte>& memory =
        queue.buffers.at(place / VIDEO_MAX_PLANES).planes.at(place % VIDEO_MAX_PLANES);
    if (open_fds_.count(fd) == 0 || size_bytes != memory.size()) {
      return -EINVAL;
    }
    bytes = memory;
    mapped_.insert(memory.data());
    return 0;
  }

  int do_poll(int fd, short events, std::chrono::milliseconds timeout) {
    const std::lock_guard lock(mutex_);
    if (const int wrong = fault(); wrong != 0) {
      return wrong == ENODEV ? POLLERR : -wrong;
    }
    const int ready = (capture_.done.empty() ? 0 : POLLIN) | (output_.done.empty() ? 0 : POLLOUT);
    if (open_fds_.count(fd) == 0 || (ready & events) == 0) {
      clock_ += timeout;
    }
    return ready & events;
  }

  int do_control(int fd, unsigned long request, void* argument) {
    std::unique_lock lock(mutex_);
    if (request == VIDIOC_STREAMOFF) {
      changed_.wait(lock, [&] { return !streamoff_blocks_; });
    }
    if (const int wrong = fault(); wrong != 0) {
      return -wrong;
    }
    if (open_fds_.count(fd) == 0) {
      return -EBADF;
    }
    switch (request) {
      case VIDIOC_QUERYCAP:
        return query_capabilities(*static_cast<v4l2_capability*>(argument));
      case VIDIOC_ENUM_FMT:
        return enumerate(*static_cast<v4l2_fmtdesc*>(argument));
      case VIDIOC_QUERYCTRL: {
        auto& control = *static_cast<v4l2_queryctrl*>(argument);
        control.minimum = lowest_quality;
        control.maximum = highest_quality;
        return has_quality && control.id == V4L2_CID_JPEG_COMPRESSION_QUALITY ? 0 : -EINVAL;
      }
      case VIDIOC_S_CTRL:
        order.emplace_back("quality");
        quality = static_cast<v4l2_control*>(argument)->value;
        return quality < lowest_quality || quality > highest_quality ? -ERANGE : 0;
      case VIDIOC_S_FMT:
        return set_format(*static_cast<v4l2_format*>(argument));
      case VIDIOC_S_SELECTION:
        return set_selection(*static_cast<v4l2_selection*>(argument));
      case VIDIOC_REQBUFS:
        return request_buffers(*static_cast<v4l2_requestbuffers*>(argument));
      case VIDIOC_QUERYBUF:
        return query_buffer(*static_cast<v4l2_buffer*>(argument));
      case VIDIOC_QBUF:
        return give(*static_cast<v4l2_buffer*>(argument));
      case VIDIOC_DQBUF:
        return take(*static_cast<v4l2_buffer*>(argument));
      case VIDIOC_STREAMON:
        order.emplace_back("start");
        queue(*static_cast<std::uint32_t*>(argument)).is_streaming = true;
        work();
        return 0;
      case VIDIOC_STREAMOFF:
        queue(*static_cast<std::uint32_t*>(argument)) = {};
        return 0;
      default:
        return -ENOTTY;
    }
  }

  Queue& queue(std::uint32_t type) { return V4L2_TYPE_IS_OUTPUT(type) ? output_ : capture_; }

  bool is_right_type(std::uint32_t type) const {
    return V4L2_TYPE_IS_MULTIPLANAR(type) == is_multiplanar;
  }

  int query_capabilities(v4l2_capability& capability) const {
    std::strcpy(reinterpret_cast<char*>(capability.card), "Fake encoder");
    capability.device_caps =
        capabilities | (is_multiplanar ? V4L2_CAP_VIDEO_M2M_MPLANE : V4L2_CAP_VIDEO_M2M);
    capability.capabilities = capability.device_caps | V4L2_CAP_DEVICE_CAPS;
    return 0;
  }

  int enumerate(v4l2_fmtdesc& format) const {
    if (!is_right_type(format.type)) {
      return -EINVAL;
    }
    if (V4L2_TYPE_IS_OUTPUT(format.type)) {
      if (format.index >= raw_fourccs.size()) {
        return -EINVAL;
      }
      format.pixelformat = raw_fourccs[format.index];
      return 0;
    }
    format.pixelformat = jpeg_fourcc;
    return format.index == 0 ? 0 : -EINVAL;
  }

  static PixelFormat pixel_format(std::uint32_t fourcc) {
    return fourcc == V4L2_PIX_FMT_YUYV                                   ? PixelFormat::kYuyv
           : fourcc == V4L2_PIX_FMT_NV12 || fourcc == V4L2_PIX_FMT_NV12M ? PixelFormat::kNv12
                                                                         : PixelFormat::kYuv420;
  }

  int aligned(std::uint32_t size_px) const {
    return (static_cast<int>(size_px) + alignment_px - 1) / alignment_px * alignment_px;
  }

  int set_format(v4l2_format& format) {
    if (!is_right_type(format.type)) {
      return -EINVAL;
    }
    const bool is_output = V4L2_TYPE_IS_OUTPUT(format.type);
    order.emplace_back(is_output ? "raw format" : "jpeg format");
    if (!is_output) {
      is_multiplanar ? answer(format.fmt.pix_mp, jpeg_fourcc) : answer(format.fmt.pix, jpeg_fourcc);
      return 0;
    }
    std::uint32_t fourcc = raw_fourccs.front();
    std::uint32_t asked_stride = 0;
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    if (is_multiplanar) {
      const v4l2_pix_format_mplane& asked = format.fmt.pix_mp;
      fourcc = asked.pixelformat, width = asked.width, height = asked.height;
      asked_stride = asked.plane_fmt[0].bytesperline;
    } else {
      const v4l2_pix_format& asked = format.fmt.pix;
      fourcc = asked.pixelformat, width = asked.width, height = asked.height;
      asked_stride = asked.bytesperline;
    }
    raw_fourcc_ = fourcc;
    crop_ = {0, 0, width, height};
    padded_width_px_ = std::min(aligned(width), most_width_px);
    padded_height_px_ = aligned(height);
    if (!can_crop) {
      crop_.width = static_cast<std::uint32_t>(padded_width_px_);
      crop_.height = static_cast<std::uint32_t>(padded_height_px_);
    }
    const PlaneShapes shapes =
        plane_shapes(pixel_format(fourcc), padded_width_px_, padded_height_px_);
    const bool is_several = fourcc == V4L2_PIX_FMT_NV12M || fourcc == V4L2_PIX_FMT_YUV420M;
    stride_bytes_ = std::max<std::size_t>(asked_stride, shapes.planes[0].row_bytes);
    plane_bytes_.assign(is_several ? shapes.count : 1, 0);
    std::vector<std::size_t> strides(plane_bytes_.size(), stride_bytes_);
    for (std::size_t i = 0; i < shapes.count; ++i) {
      const bool is_half = pixel_format(fourcc) == PixelFormat::kYuv420 && i > 0;
      const std::size_t stride = is_half ? stride_bytes_ / 2 : stride_bytes_;
      plane_bytes_[is_several ? i : 0] += stride * shapes.planes[i].count;
      strides[is_several ? i : 0] = is_several ? stride : stride_bytes_;
    }
    if (is_multiplanar) {
      answer(format.fmt.pix_mp, fourcc);
      format.fmt.pix_mp.num_planes = static_cast<std::uint8_t>(plane_bytes_.size());
      for (std::size_t i = 0; i < plane_bytes_.size(); ++i) {
        format.fmt.pix_mp.plane_fmt[i].sizeimage = static_cast<std::uint32_t>(plane_bytes_[i]);
        format.fmt.pix_mp.plane_fmt[i].bytesperline = static_cast<std::uint32_t>(strides[i]);
      }
    } else {
      answer(format.fmt.pix, fourcc);
      format.fmt.pix.sizeimage = static_cast<std::uint32_t>(plane_bytes_[0]);
      format.fmt.pix.bytesperline = static_cast<std::uint32_t>(stride_bytes_);
    }
    return 0;
  }

  template <class Pixels>
  void answer(Pixels& pixels, std::uint32_t fourcc) const {
    pixels.pixelformat = fourcc;
    pixels.width = static_cast<std::uint32_t>(padded_width_px_);
    pixels.height = static_cast<std::uint32_t>(padded_height_px_);
  }

  int set_selection(v4l2_selection& selection) {
    order.emplace_back("crop");
    if (!can_crop || selection.type != V4L2_BUF_TYPE_VIDEO_OUTPUT ||
        selection.target != V4L2_SEL_TGT_CROP) {
      return -EINVAL;
    }
    crop_ = selection.r;
    return 0;
  }

  int request_buffers(v4l2_requestbuffers& request) {
    order.emplace_back("buffers");
    const bool is_output = V4L2_TYPE_IS_OUTPUT(request.type);
    if (request.memory == V4L2_MEMORY_DMABUF && !takes_dmabufs) {
      return -EINVAL;
    }
    Queue& buffers = queue(request.type);
    buffers.memory = request.memory;
    const bool is_mapped = request.memory == V4L2_MEMORY_MMAP;
    for (std::uint32_t i = 0; i < request.count; ++i) {
      Buffer& buffer = buffers.buffers.emplace_back();
      if (is_output && is_mapped) {
        for (const std::size_t bytes : plane_bytes_) {
          buffer.planes.emplace_back(bytes);
        }
      } else if (!is_output) {
        buffer.planes.emplace_back(1 << 20);
      }
    }
    return 0;
  }

  int query_buffer(v4l2_buffer& buffer) {
    const bool is_output = V4L2_TYPE_IS_OUTPUT(buffer.type);
    const Buffer& found = queue(buffer.type).buffers.at(buffer.index);
    const auto offset = [&](std::size_t plane) {
      return static_cast<std::uint32_t>((is_output ? 0 : kCaptureOffset) +
                                        kPageBytes * (buffer.index * VIDEO_MAX_PLANES + plane));
    };
    if (!is_multiplanar) {
      buffer.length = static_cast<std::uint32_t>(found.planes[0].size());
      buffer.m.offset = offset(0);
      return 0;
    }
    buffer.length = static_cast<std::uint32_t>(found.planes.size());
    for (std::size_t i = 0; i < found.planes.size(); ++i) {
      buffer.m.planes[i].length = static_cast<std::uint32_t>(found.planes[i].size());
      buffer.m.planes[i].m.mem_offset = offset(i);
    }
    return 0;
  }

  // As videobuf2 checks it.
  int give(const v4l2_buffer& buffer) {
    const bool is_output = V4L2_TYPE_IS_OUTPUT(buffer.type);
    Queue& to = queue(buffer.type);
    if (buffer.memory != to.memory || buffer.index >= to.buffers.size()) {
      return -EINVAL;
    }
    Buffer& given = to.buffers[buffer.index];
    if (is_output && to.memory == V4L2_MEMORY_DMABUF) {
      if (refuses_imports) {
        return -EINVAL;
      }
      for (std::size_t i = 0; i < plane_bytes_.size(); ++i) {
        const std::uint32_t length = is_multiplanar ? buffer.m.planes[i].length : buffer.length;
        const std::uint32_t used = is_multiplanar ? buffer.m.planes[i].bytesused : buffer.bytesused;
        const int fd = is_multiplanar ? buffer.m.planes[i].m.fd : buffer.m.fd;
        const auto known = static_cast<std::size_t>(fd - kFirstDmabuf);
        if (known >= dmabufs_.size() || length > dmabufs_[known].size() ||
            length < plane_bytes_[i] || used > length) {
          return -EINVAL;
        }
        given.fds[i] = fd;
      }
      indices_of_dmabufs[given.fds[0]].insert(buffer.index);
      ++imports;
    }
    to.given.push_back(buffer.index);
    work();
    return 0;
  }

  int take(v4l2_buffer& buffer) {
    Queue& from = queue(buffer.type);
    if (from.done.empty()) {
      return -EAGAIN;
    }
    buffer.index = from.done.front();
    from.done.pop_front();
    const Buffer& done = from.buffers[buffer.index];
    buffer.flags = done.is_broken ? V4L2_BUF_FLAG_ERROR : 0;
    if (is_multiplanar) {
      buffer.m.planes[0].bytesused = done.used_bytes;
      buffer.m.planes[0].data_offset = V4L2_TYPE_IS_OUTPUT(buffer.type) ? 0 : data_offset;
    } else {
      buffer.bytesused = done.used_bytes;
    }
    return 0;
  }

  /// Encodes whatever both queues have.
  void work() {
    while (!hangs && output_.is_streaming && capture_.is_streaming && !output_.given.empty() &&
           !capture_.given.empty()) {
      Buffer& from = output_.buffers[output_.given.front()];
      Buffer& to = capture_.buffers[capture_.given.front()];
      encode(from, to);
      ++frames_made;
      const bool is_imported = output_.memory == V4L2_MEMORY_DMABUF;
      from.is_broken = to.is_broken =
          (is_imported && breaks_imports) || (broken_frames > 0 && broken_frames-- > 0);
      output_.done.push_back(output_.given.front());
      capture_.done.push_back(capture_.given.front());
      output_.given.pop_front();
      capture_.given.pop_front();
    }
  }

  void encode(const Buffer& from, Buffer& to) {
    if (empty_frames > 0 && empty_frames-- > 0) {
      to.used_bytes = 0;
      return;
    }
    FrameInfo info;
    info.width_px = static_cast<int>(crop_.width);
    info.height_px = static_cast<int>(crop_.height);
    info.format = pixel_format(raw_fourcc_);
    const PlaneShapes shapes = plane_shapes(info.format, padded_width_px_, padded_height_px_);
    std::vector<Plane> planes;
    std::size_t offset = 0;
    for (std::size_t i = 0; i < shapes.count; ++i) {
      const bool is_several = plane_bytes_.size() > 1;
      const std::size_t memory = is_several ? i : 0;
      const std::span<const std::byte> bytes =
          output_.memory == V4L2_MEMORY_DMABUF
              ? dmabufs_[static_cast<std::size_t>(from.fds[memory] - kFirstDmabuf)]
              : std::span<const std::byte>(from.planes[memory]);
      const bool is_half = info.format == PixelFormat::kYuv420 && i > 0;
      const std::size_t stride = is_half ? stride_bytes_ / 2 : stride_bytes_;
      planes.push_back({bytes.subspan(is_several ? 0 : offset), stride});
      offset += stride * shapes.planes[i].count;
    }
    TurboEncoder encoder(info.format, quality);
    const auto jpeg = encoder.encode(Frame(info, planes, nullptr));
    std::vector<std::byte>& memory = to.planes[0];
    if (!jpeg) {
      to.used_bytes = 0;
      return;
    }
    std::copy(jpeg->begin(), jpeg->end(), memory.begin() + data_offset);
    if (garbage_frames > 0 && garbage_frames-- > 0) {
      memory[data_offset] = std::byte{0};
    }
    to.used_bytes = data_offset + static_cast<std::uint32_t>(jpeg->size());
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool streamoff_blocks_ = false;
  std::chrono::steady_clock::time_point clock_{std::chrono::hours(1)};
  int next_fd_ = kFirstFd;
  std::set<int> open_fds_;
  std::multiset<const std::byte*> mapped_;
  std::vector<std::span<std::byte>> dmabufs_;

  std::uint32_t raw_fourcc_ = 0;
  int padded_width_px_ = 0;
  int padded_height_px_ = 0;
  v4l2_rect crop_{};
  std::size_t stride_bytes_ = 0;
  std::vector<std::size_t> plane_bytes_;
  Queue output_;
  Queue capture_;
};

}  // namespace freshframe
