#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "base/unix_time.h"
#include "capture/pixel_format.h"

namespace freshframe {

/// What is known about one frame besides its samples.
struct FrameInfo {
  /// Counts the frames the camera made, those included that nobody got. Rises by one a frame and
  /// never falls while the process lives, not even when the camera is restarted.
  std::uint64_t sequence = 0;
  /// When the sensor was exposed, or the nearest moment to it that the driver tells.
  UnixTime captured{};
  int width_px = 0;
  int height_px = 0;
  PixelFormat format = PixelFormat::kMjpeg;
  /// Meaningful for the YUV formats only.
  YuvRange range = YuvRange::kFull;

  // Absent where the camera does not report them.
  std::optional<std::chrono::microseconds> exposure_time = {};
  std::optional<float> analogue_gain = {};
  std::optional<float> lens_position_dioptres = {};

  /// Exposure still converges after a start: capture/exposure_settling.h.
  bool settling = false;
};

/// Where a plane begins in memory that other devices can read too (Linux's dma-buf). The descriptor
/// belongs to the source and stays open, and the same for the same memory, until the source is
/// stopped.
struct DmabufPlace {
  /// -1 where the plane does not lie in such memory, or may not.
  int fd = -1;
  std::size_t offset_bytes = 0;
  /// Of the whole memory.
  std::size_t size_bytes = 0;
};

/// One plane of samples. `bytes` begins at the first sample and ends no earlier than the last one;
/// the last row need not be padded to the stride. An MJPEG frame has one plane whose `bytes` are
/// what the camera delivered and whose stride is 0.
struct Plane {
  std::span<const std::byte> bytes;
  std::size_t stride_bytes = 0;
  DmabufPlace dmabuf = {};
};

/// What keeps a frame's bytes valid; its destructor gives the buffer back to the camera.
/// The destructor may run on any thread.
class FrameLease {
 public:
  FrameLease() = default;
  FrameLease(const FrameLease&) = delete;
  FrameLease& operator=(const FrameLease&) = delete;
  virtual ~FrameLease() = default;
};

/// A frame as it lies in a buffer of the camera, leased. Cameras have few buffers (often four): a
/// Frame is held for the time of one encode and then dropped, which lets the camera go on.
/// Thread: owned by one thread at a time, may be moved between threads.
class Frame {
 public:
  static constexpr std::size_t kMaxPlanes = 3;

  /// At most kMaxPlanes `planes`; those beyond would be lost.
  Frame(const FrameInfo& info, std::span<const Plane> planes, std::unique_ptr<FrameLease> lease)
      : info_(info), plane_count_(std::min(planes.size(), kMaxPlanes)), lease_(std::move(lease)) {
    assert(planes.size() <= kMaxPlanes);
    std::copy_n(planes.begin(), plane_count_, planes_.begin());
  }

  const FrameInfo& info() const { return info_; }

  /// Valid until the Frame is destroyed.
  std::span<const Plane> planes() const { return {planes_.data(), plane_count_}; }

 private:
  FrameInfo info_;
  std::array<Plane, kMaxPlanes> planes_{};
  std::size_t plane_count_ = 0;
  std::unique_ptr<FrameLease> lease_;
};

}  // namespace freshframe
