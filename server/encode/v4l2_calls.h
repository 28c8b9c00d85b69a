#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace freshframe {

/// The system calls that a V4L2 device is used by, as a table, so that tests can stand in for the
/// device. What fails gives a negative errno; none of them is interrupted by a signal.
///
/// Thread-safe.
class V4l2Calls {
 public:
  V4l2Calls() = default;
  V4l2Calls(const V4l2Calls&) = delete;
  V4l2Calls& operator=(const V4l2Calls&) = delete;
  virtual ~V4l2Calls() = default;

  /// The paths of all video devices, in the order of their numbers.
  virtual std::vector<std::string> video_nodes() const = 0;

  /// A descriptor for reading and writing that never blocks.
  virtual int open(const std::string& path) const = 0;
  virtual void close(int fd) const = 0;
  virtual int control(int fd, unsigned long request, void* argument) const = 0;

  /// Maps `size_bytes` of the device's memory for reading and writing; `bytes` is left alone on
  /// failure.
  virtual int map(int fd, std::size_t size_bytes, std::uint32_t offset,
                  std::span<std::byte>& bytes) const = 0;
  virtual void unmap(std::span<std::byte> bytes) const = 0;

  /// Waits for any of `events` (POLLIN, POLLOUT). Gives what is there, POLLERR included, or 0 when
  /// nothing was in time.
  virtual int poll(int fd, short events, std::chrono::milliseconds timeout) const = 0;

  virtual std::chrono::steady_clock::time_point now() const = 0;
};

/// The real ones. Valid until the process ends.
const V4l2Calls& system_v4l2_calls();

}  // namespace freshframe
