#include "capture/libcamera_buffer.h"

#include <fcntl.h>
#include <linux/dma-buf.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string>
#include <system_error>

namespace freshframe {
namespace {

void synchronise(int fd, std::uint64_t flags) {
  dma_buf_sync request{};
  request.flags = flags;
  // Memory that is no dma-buf (ENOTTY, EINVAL) needs none of this.
  while (ioctl(fd, DMA_BUF_IOCTL_SYNC, &request) != 0 && (errno == EINTR || errno == EAGAIN)) {
  }
}

Failure cannot_map(const std::string& reason) {
  return {Failure::Kind::kUnavailable, "the camera's buffers cannot be mapped: " + reason};
}

std::size_t begin_of(const libcamera::FrameBuffer::Plane& plane) {
  return plane.offset == libcamera::FrameBuffer::Plane::kInvalidOffset ? 0 : plane.offset;
}

}  // namespace

Result<std::shared_ptr<LibcameraBuffer>> LibcameraBuffer::map(const libcamera::FrameBuffer& buffer,
                                                              PixelFormat format, Size size,
                                                              std::size_t stride_bytes) {
  const std::shared_ptr<LibcameraBuffer> mapped(new LibcameraBuffer);
  std::vector<std::span<const std::byte>> regions;
  for (const libcamera::FrameBuffer::Plane& plane : buffer.planes()) {
    std::size_t bytes_described = 0;
    for (const libcamera::FrameBuffer::Plane& other : buffer.planes()) {
      if (other.fd == plane.fd) {
        bytes_described = std::max(bytes_described, begin_of(other) + other.length);
      }
    }
    const auto bytes = mapped->map_once(plane.fd, bytes_described);
    if (!bytes) {
      return bytes.error();
    }
    const std::size_t begin = std::min(begin_of(plane), bytes->size());
    regions.push_back(
        bytes->subspan(begin, std::min<std::size_t>(plane.length, bytes->size() - begin)));
  }
  auto layout = lay_out_planes(format, size, stride_bytes, regions);
  if (!layout) {
    return layout.error();
  }
  mapped->layout_ = *layout;
  mapped->note_where_planes_lie();
  return mapped;
}

Result<std::span<const std::byte>> LibcameraBuffer::map_once(const libcamera::SharedFD& fd,
                                                             std::size_t bytes_described) {
  for (const Memory& memory : memories_) {
    if (memory.fd == fd) {
      return memory.bytes;
    }
  }
  // A dma-buf tells its size by its end. What is not told is taken from the planes.
  const off_t end = lseek(fd.get(), 0, SEEK_END);
  const std::size_t length = end > 0 ? static_cast<std::size_t>(end) : bytes_described;
  if (length == 0) {
    return cannot_map("they have no size");
  }
  void* const address = mmap(nullptr, length, PROT_READ, MAP_SHARED, fd.get(), 0);
  if (address == MAP_FAILED) {
    return cannot_map(std::generic_category().message(errno));
  }
  memories_.push_back({fd, {static_cast<const std::byte*>(address), length}});
  return memories_.back().bytes;
}

void LibcameraBuffer::note_where_planes_lie() {
  for (Plane& plane : layout_.planes) {
    for (const Memory& memory : memories_) {
      const std::byte* const begin = memory.bytes.data();
      if (!plane.bytes.empty() && plane.bytes.data() >= begin &&
          plane.bytes.data() < begin + memory.bytes.size()) {
        plane.dmabuf = {memory.fd.get(), static_cast<std::size_t>(plane.bytes.data() - begin),
                        memory.bytes.size()};
      }
    }
  }
}

LibcameraBuffer::~LibcameraBuffer() {
  for (const Memory& memory : memories_) {
    munmap(const_cast<std::byte*>(memory.bytes.data()), memory.bytes.size());
  }
}

void LibcameraBuffer::begin_reading() const {
  for (const Memory& memory : memories_) {
    synchronise(memory.fd.get(), DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ);
  }
}

void LibcameraBuffer::end_reading() const {
  for (const Memory& memory : memories_) {
    synchronise(memory.fd.get(), DMA_BUF_SYNC_END | DMA_BUF_SYNC_READ);
  }
}

}  // namespace freshframe
