#include "encode/v4l2_queue.h"

#include <algorithm>
#include <array>

namespace freshframe {

V4l2Queue::~V4l2Queue() {
  if (is_streaming_) {
    int type = type_;
    node_.control(VIDIOC_STREAMOFF, &type);
  }
  for (const auto& planes : mapped_) {
    for (const std::span<std::byte> plane : planes) {
      node_.calls().unmap(plane);
    }
  }
}

Result<void> V4l2Queue::make_buffers(std::uint32_t count, v4l2_memory memory) {
  v4l2_requestbuffers request{};
  request.count = count;
  request.type = type_;
  request.memory = memory;
  if (const int error = node_.control(VIDIOC_REQBUFS, &request); error < 0) {
    return v4l2_failure("it makes no buffers", error);
  }
  if (request.count == 0) {
    return Failure{Failure::Kind::kUnavailable, "it makes no buffers"};
  }
  memory_ = memory;
  buffer_count_ = request.count;
  if (memory == V4L2_MEMORY_MMAP) {
    for (std::uint32_t i = 0; i < buffer_count_; ++i) {
      if (const auto mapped = map(i); !mapped) {
        return mapped.error();
      }
    }
  }
  return {};
}

Result<void> V4l2Queue::map(std::uint32_t index) {
  std::array<v4l2_plane, VIDEO_MAX_PLANES> planes{};
  v4l2_buffer buffer{};
  buffer.index = index;
  buffer.type = type_;
  buffer.memory = V4L2_MEMORY_MMAP;
  if (is_multiplanar()) {
    buffer.m.planes = planes.data();
    buffer.length = static_cast<std::uint32_t>(planes.size());
  }
  if (const int error = node_.control(VIDIOC_QUERYBUF, &buffer); error < 0) {
    return v4l2_failure("it does not describe its buffers", error);
  }
  if (!is_multiplanar()) {
    planes[0].length = buffer.length;
    planes[0].m.mem_offset = buffer.m.offset;
  }
  const std::size_t count =
      is_multiplanar() ? std::min<std::size_t>(buffer.length, planes.size()) : 1;
  std::vector<std::span<std::byte>>& mapped = mapped_.emplace_back();
  for (std::size_t i = 0; i < count; ++i) {
    std::span<std::byte> bytes;
    if (const int error =
            node_.calls().map(node_.fd(), planes[i].length, planes[i].m.mem_offset, bytes);
        error < 0) {
      return v4l2_failure("its buffers cannot be mapped", error);
    }
    mapped.push_back(bytes);
  }
  return {};
}

std::span<const std::span<std::byte>> V4l2Queue::memories(std::uint32_t index) const {
  return index < mapped_.size() ? std::span(mapped_[index]) : std::span<std::span<std::byte>>{};
}

Result<void> V4l2Queue::start() {
  int type = type_;
  if (const int error = node_.control(VIDIOC_STREAMON, &type); error < 0) {
    return v4l2_failure("it does not start", error);
  }
  is_streaming_ = true;
  return {};
}

int V4l2Queue::give(std::uint32_t index, std::span<const V4l2Given> given) {
  std::array<v4l2_plane, VIDEO_MAX_PLANES> planes{};
  v4l2_buffer buffer{};
  buffer.index = index;
  buffer.type = type_;
  buffer.memory = memory_;
  buffer.field = V4L2_FIELD_NONE;
  if (!is_multiplanar()) {
    buffer.bytesused = static_cast<std::uint32_t>(given[0].used_bytes);
    buffer.length = static_cast<std::uint32_t>(given[0].size_bytes);
    if (memory_ == V4L2_MEMORY_DMABUF) {
      buffer.m.fd = given[0].fd;
    }
    return std::min(0, node_.control(VIDIOC_QBUF, &buffer));
  }
  buffer.m.planes = planes.data();
  buffer.length = static_cast<std::uint32_t>(given.size());
  for (std::size_t i = 0; i < given.size(); ++i) {
    // The length is that of the whole memory: what is less than the device's size is refused, and
    // so is 0 beside bytes that are used (raspberrypi/linux issue 4669).
    planes[i].bytesused = static_cast<std::uint32_t>(given[i].used_bytes);
    planes[i].length = static_cast<std::uint32_t>(given[i].size_bytes);
    if (memory_ == V4L2_MEMORY_DMABUF) {
      planes[i].m.fd = given[i].fd;
    }
  }
  return std::min(0, node_.control(VIDIOC_QBUF, &buffer));
}

int V4l2Queue::take(V4l2Returned& returned) {
  std::array<v4l2_plane, VIDEO_MAX_PLANES> planes{};
  v4l2_buffer buffer{};
  buffer.type = type_;
  buffer.memory = memory_;
  if (is_multiplanar()) {
    buffer.m.planes = planes.data();
    buffer.length = static_cast<std::uint32_t>(planes.size());
  }
  if (const int error = node_.control(VIDIOC_DQBUF, &buffer); error < 0) {
    return error;
  }
  returned.index = buffer.index;
  returned.is_broken = (buffer.flags & V4L2_BUF_FLAG_ERROR) != 0;
  returned.begin_bytes = is_multiplanar() ? planes[0].data_offset : 0;
  returned.end_bytes = is_multiplanar() ? planes[0].bytesused : buffer.bytesused;
  return 0;
}

}  // namespace freshframe
