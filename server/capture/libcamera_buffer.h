#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include <libcamera/base/shared_fd.h>
#include <libcamera/framebuffer.h>

#include "base/result.h"
#include "capture/pixel_format.h"
#include "capture/plane_layout.h"
#include "capture/size.h"

namespace freshframe {

/// A camera's buffer, mapped for reading. It keeps the memory itself: the camera may be stopped,
/// released and gone while somebody still reads a picture in it.
class LibcameraBuffer {
 public:
  /// Maps each memory that `buffer` is made of once, whole, and finds the planes in it.
  static Result<std::shared_ptr<LibcameraBuffer>> map(const libcamera::FrameBuffer& buffer,
                                                      PixelFormat format, Size size,
                                                      std::size_t stride_bytes);

  LibcameraBuffer(const LibcameraBuffer&) = delete;
  LibcameraBuffer& operator=(const LibcameraBuffer&) = delete;
  ~LibcameraBuffer();

  const PlaneLayout& layout() const { return layout_; }

  /// Bracket the reading, so that the CPU's caches agree with what the camera wrote.
  void begin_reading() const;
  void end_reading() const;

 private:
  struct Memory {
    libcamera::SharedFD fd;
    std::span<const std::byte> bytes;
  };

  LibcameraBuffer() = default;
  Result<std::span<const std::byte>> map_once(const libcamera::SharedFD& fd,
                                              std::size_t bytes_described);
  void note_where_planes_lie();

  std::vector<Memory> memories_;
  PlaneLayout layout_;
};

}  // namespace freshframe
