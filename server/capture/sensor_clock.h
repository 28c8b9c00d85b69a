#pragma once

#include <time.h>

#include <chrono>
#include <cstdint>
#include <functional>

#include "base/unix_time.h"

namespace freshframe {

/// The machine's clocks, read at one moment.
struct ClockReadings {
  /// Stands still while the machine sleeps (CLOCK_MONOTONIC).
  std::chrono::nanoseconds monotonic{};
  /// As `monotonic`, and counts the sleep too (CLOCK_BOOTTIME).
  std::chrono::nanoseconds boottime{};
  UnixTime wall{};
};

/// Tells the time of one of the kernel's clocks.
using ClockReader = std::function<std::chrono::nanoseconds(clockid_t)>;

/// Reads the clocks within 20 us of each other. A thread that is set aside between two of them
/// would shift its frame's time by as long: they are then read anew, up to three times, and the
/// readings that were closest together count. Thread-safe.
ClockReadings read_clocks();

/// As above, by `read`.
ClockReadings read_clocks(const ClockReader& read);

/// The Unix time of a sensor's timestamp, in nanoseconds of a clock that the driver does not name.
///
/// V4L2 drivers stamp frames by CLOCK_MONOTONIC, Raspberry Pi's by CLOCK_BOOTTIME, and after a
/// sleep the two differ by its length. The clock in which the frame is youngest without being from
/// the future is taken. A timestamp that no clock explains (none at all, older than 10 s, or from
/// the future) gives `arrival.wall`.
UnixTime unix_time_of_sensor(std::uint64_t sensor_timestamp_ns, const ClockReadings& arrival);

}  // namespace freshframe
