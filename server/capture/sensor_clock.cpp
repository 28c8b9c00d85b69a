#include "capture/sensor_clock.h"

#include <algorithm>
#include <optional>

namespace freshframe {
namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds kOldestBelievable = std::chrono::seconds(10);
// Drivers that compute the time of exposure from the end of the transfer overshoot a little.
constexpr nanoseconds kFutureTolerance = std::chrono::milliseconds(1);

// Four readings take 0.2 us where the kernel lets programs read its clocks themselves, and some us
// where each is a system call.
constexpr nanoseconds kCloseTogether = std::chrono::microseconds(20);
// A machine so busy that all of these are torn apart gives the best it has: a frame does not wait.
constexpr int kMostReadings = 4;

nanoseconds read_clock(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return std::chrono::seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

std::optional<nanoseconds> believable_age(nanoseconds now, nanoseconds then) {
  const nanoseconds age = now - then;
  if (age < -kFutureTolerance || age > kOldestBelievable) {
    return std::nullopt;
  }
  return std::max(age, nanoseconds(0));
}

}  // namespace

ClockReadings read_clocks() {
  return read_clocks(read_clock);
}

ClockReadings read_clocks(const ClockReader& read) {
  ClockReadings closest;
  nanoseconds smallest_spread = nanoseconds::max();
  for (int i = 0; i < kMostReadings && smallest_spread > kCloseTogether; ++i) {
    const nanoseconds before = read(CLOCK_MONOTONIC);
    const nanoseconds boottime = read(CLOCK_BOOTTIME);
    const nanoseconds wall = read(CLOCK_REALTIME);
    const nanoseconds spread = read(CLOCK_MONOTONIC) - before;
    if (spread < smallest_spread) {
      smallest_spread = spread;
      closest = {.monotonic = before,
                 .boottime = boottime,
                 .wall = UnixTime(std::chrono::floor<std::chrono::microseconds>(wall))};
    }
  }
  return closest;
}

UnixTime unix_time_of_sensor(std::uint64_t sensor_timestamp_ns, const ClockReadings& arrival) {
  // Beyond this the subtraction could overflow; no clock of ours gets there in 146 years.
  constexpr std::uint64_t kLatestSensible = std::uint64_t{1} << 62;
  if (sensor_timestamp_ns == 0 || sensor_timestamp_ns > kLatestSensible) {
    return arrival.wall;
  }
  const nanoseconds sensor(static_cast<std::int64_t>(sensor_timestamp_ns));
  // CLOCK_BOOTTIME is never behind CLOCK_MONOTONIC, so the age by the latter is the smaller one.
  std::optional<nanoseconds> age = believable_age(arrival.monotonic, sensor);
  if (!age) {
    age = believable_age(arrival.boottime, sensor);
  }
  if (!age) {
    return arrival.wall;
  }
  return arrival.wall - std::chrono::round<std::chrono::microseconds>(*age);
}

}  // namespace freshframe
