#include "capture/sensor_clock.h"

#include <time.h>

#include <algorithm>
#include <optional>

namespace freshframe {
namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds kOldestBelievable = std::chrono::seconds(10);
// Drivers that compute the time of exposure from the end of the transfer overshoot a little.
constexpr nanoseconds kFutureTolerance = std::chrono::milliseconds(1);

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
  return {.monotonic = read_clock(CLOCK_MONOTONIC),
          .boottime = read_clock(CLOCK_BOOTTIME),
          .wall = unix_now()};
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
