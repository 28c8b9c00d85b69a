#include <gtest/gtest.h>
#include <time.h>

#include <chrono>
#include <cstdint>
#include <vector>

#include "capture/sensor_clock.h"

namespace freshframe {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr UnixTime kArrival{microseconds(1'732'368'000'123'456)};

/// A machine that has run for a day and slept for `slept` of it.
ClockReadings after_sleep_of(nanoseconds slept) {
  return {.monotonic = hours(24) - slept, .boottime = hours(24), .wall = kArrival};
}

std::uint64_t stamp(nanoseconds clock, nanoseconds age) {
  return static_cast<std::uint64_t>((clock - age).count());
}

TEST(SensorClock, AMonotonicStampGivesTheFramesAge) {
  const ClockReadings now = after_sleep_of(hours(8));
  EXPECT_EQ(unix_time_of_sensor(stamp(now.monotonic, milliseconds(33)), now),
            kArrival - milliseconds(33));
}

TEST(SensorClock, ABoottimeStampGivesTheFramesAge) {
  const ClockReadings now = after_sleep_of(hours(8));
  EXPECT_EQ(unix_time_of_sensor(stamp(now.boottime, milliseconds(33)), now),
            kArrival - milliseconds(33));
}

TEST(SensorClock, WithoutSleepTheClocksAgree) {
  const ClockReadings now = after_sleep_of(nanoseconds(0));
  EXPECT_EQ(unix_time_of_sensor(stamp(now.monotonic, milliseconds(5)), now),
            kArrival - milliseconds(5));
}

TEST(SensorClock, AfterAShortSleepTheYoungerAgeIsTaken) {
  const ClockReadings now = after_sleep_of(seconds(2));
  EXPECT_EQ(unix_time_of_sensor(stamp(now.monotonic, milliseconds(20)), now),
            kArrival - milliseconds(20));
  EXPECT_EQ(unix_time_of_sensor(stamp(now.boottime, milliseconds(20)), now),
            kArrival - milliseconds(20));
}

TEST(SensorClock, MicrosecondsAreRounded) {
  const ClockReadings now = after_sleep_of(nanoseconds(0));
  EXPECT_EQ(unix_time_of_sensor(stamp(now.monotonic, nanoseconds(2'600)), now),
            kArrival - microseconds(3));
}

TEST(SensorClock, AStampLessThanAMillisecondAheadIsNow) {
  const ClockReadings now = after_sleep_of(nanoseconds(0));
  EXPECT_EQ(unix_time_of_sensor(stamp(now.monotonic, -microseconds(900)), now), kArrival);
}

TEST(SensorClock, AMonotonicStampAMomentAheadIsNotTakenForAnOldBoottimeOne) {
  const ClockReadings now = after_sleep_of(seconds(5));
  EXPECT_EQ(unix_time_of_sensor(stamp(now.monotonic, -microseconds(900)), now), kArrival);
}

TEST(SensorClock, AStampFromTheFutureGivesTheArrival) {
  const ClockReadings now = after_sleep_of(nanoseconds(0));
  EXPECT_EQ(unix_time_of_sensor(stamp(now.boottime, -seconds(3)), now), kArrival);
}

TEST(SensorClock, TenSecondsAreBelievedAndMoreAreNot) {
  const ClockReadings now = after_sleep_of(nanoseconds(0));
  EXPECT_EQ(unix_time_of_sensor(stamp(now.monotonic, seconds(10)), now), kArrival - seconds(10));
  EXPECT_EQ(unix_time_of_sensor(stamp(now.monotonic, seconds(10) + nanoseconds(1)), now), kArrival);
}

TEST(SensorClock, NoStampOrRubbishGivesTheArrival) {
  const ClockReadings now = after_sleep_of(hours(8));
  for (const std::uint64_t rubbish : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 63,
                                      ~std::uint64_t{0}, (std::uint64_t{1} << 62) + 1}) {
    EXPECT_EQ(unix_time_of_sensor(rubbish, now), kArrival) << rubbish;
  }
}

/// Clocks of a machine where time passes only while one of them is read: 100 ns, and in the first
/// readings what the test says.
class ScriptedClocks {
 public:
  explicit ScriptedClocks(std::vector<nanoseconds> first_steps)
      : first_steps_(std::move(first_steps)) {}

  ClockReadings read() {
    return read_clocks([this](clockid_t clock) {
      now_ += readings_ < first_steps_.size() ? first_steps_[readings_] : nanoseconds(100);
      ++readings_;
      return clock == CLOCK_REALTIME ? now_ + kArrival.time_since_epoch() : now_;
    });
  }
  std::size_t readings() const { return readings_; }

 private:
  std::vector<nanoseconds> first_steps_;
  std::size_t readings_ = 0;
  nanoseconds now_{hours(24)};
};

/// By how much these readings would shift a frame's time.
nanoseconds apart(const ClockReadings& readings) {
  return readings.wall.time_since_epoch() - kArrival.time_since_epoch() - readings.monotonic;
}

TEST(SensorClock, FourReadingsDoWhenTheyAreCloseTogether) {
  ScriptedClocks clocks({});
  EXPECT_LE(abs(apart(clocks.read())), microseconds(1));
  EXPECT_EQ(clocks.readings(), 4U);
}

// The thread is set aside for 5 ms between two readings, wherever that is.
TEST(SensorClock, AThreadThatIsSetAsideBetweenTwoReadingsReadsAnew) {
  for (std::size_t reading = 1; reading < 4; ++reading) {
    std::vector<nanoseconds> steps(4, nanoseconds(100));
    steps[reading] = milliseconds(5);
    ScriptedClocks clocks(steps);
    EXPECT_LE(abs(apart(clocks.read())), microseconds(1)) << "set aside before reading " << reading;
    EXPECT_EQ(clocks.readings(), 8U);
  }
}

TEST(SensorClock, WhereNoReadingsAreCloseTogetherTheClosestCountAndItEnds) {
  const std::vector<nanoseconds> steps = {
      microseconds(1), microseconds(90), microseconds(90), microseconds(90),
      microseconds(1), microseconds(10), microseconds(10), microseconds(10),
      microseconds(1), microseconds(50), microseconds(50), microseconds(50),
      microseconds(1), microseconds(70), microseconds(70), microseconds(70)};
  ScriptedClocks clocks(steps);
  EXPECT_EQ(apart(clocks.read()), microseconds(20));
  EXPECT_EQ(clocks.readings(), 16U);
}

TEST(SensorClock, BoottimeIsNeverBehindMonotonic) {
  const ClockReadings now = read_clocks();
  EXPECT_GT(now.monotonic.count(), 0);
  // Read after the other, so it has moved on at least as far.
  EXPECT_GE(now.boottime, now.monotonic);
}

}  // namespace
}  // namespace freshframe
