#include <gtest/gtest.h>

#include <chrono>

#include "capture/rising_time.h"

namespace freshframe {
namespace {

using namespace std::chrono_literals;

constexpr UnixTime kNoon{1'763'917'200s};

/// A frame that arrives 5 ms after it was captured.
UnixTime next(RisingTime& time, UnixTime captured) {
  return time.next(captured, captured + 5ms);
}

TEST(RisingTime, TimesThatRiseAreLeftAlone) {
  RisingTime time;
  EXPECT_EQ(next(time, kNoon), kNoon);
  EXPECT_EQ(next(time, kNoon + 1us), kNoon + 1us);
  EXPECT_EQ(next(time, kNoon + 33ms), kNoon + 33ms);
}

TEST(RisingTime, EqualTimesAreAMicrosecondApart) {
  RisingTime time;
  EXPECT_EQ(next(time, kNoon), kNoon);
  EXPECT_EQ(next(time, kNoon), kNoon + 1us);
  EXPECT_EQ(next(time, kNoon), kNoon + 2us);
  EXPECT_EQ(next(time, kNoon + 33ms), kNoon + 33ms);
}

TEST(RisingTime, TheFrameOfAThreadThatWasSetAsideIsNotFollowedByAnOlderOne) {
  RisingTime time;
  EXPECT_EQ(next(time, kNoon + 4ms), kNoon + 4ms);
  EXPECT_EQ(next(time, kNoon + 1ms), kNoon + 4ms + 1us);
}

// A driver that tells the time of one frame and of another not: the first is then the moment of its
// arrival, and the next lies long before that.
TEST(RisingTime, AFrameThatIsOlderThanTheOneBeforeItRisesAllTheSame) {
  RisingTime time;
  time.next(kNoon, kNoon);
  EXPECT_EQ(time.next(kNoon - 3s, kNoon + 33ms), kNoon + 1us);
}

TEST(RisingTime, AClockThatIsSetBackByASecondDoesNotSetTheFramesBack) {
  RisingTime time;
  next(time, kNoon);
  EXPECT_EQ(next(time, kNoon - 1s), kNoon + 1us);
  EXPECT_EQ(next(time, kNoon - 1s + 33ms), kNoon + 2us);
  EXPECT_EQ(next(time, kNoon + 33ms), kNoon + 33ms) << "it has caught up";
}

TEST(RisingTime, AClockThatIsSetBackByMoreIsBelieved) {
  RisingTime time;
  next(time, kNoon);
  EXPECT_EQ(next(time, kNoon - 1h), kNoon - 1h);
  EXPECT_EQ(next(time, kNoon - 1h), kNoon - 1h + 1us);
  EXPECT_EQ(next(time, kNoon - 1h + 33ms), kNoon - 1h + 33ms);
}

TEST(RisingTime, TimesBefore1970RiseToo) {
  RisingTime time;
  EXPECT_EQ(next(time, UnixTime(-7s)), UnixTime(-7s));
  EXPECT_EQ(next(time, UnixTime(-7s)), UnixTime(-7s + 1us));
}

}  // namespace
}  // namespace freshframe
