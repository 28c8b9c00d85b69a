#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <random>

#include "base/rate_limit.h"

namespace freshframe {
namespace {

using namespace std::chrono_literals;

constexpr UnixTime kStart{1'763'917'200s};

/// How many of the frames that a camera makes in 10 s at `fps` pass, each early or late by up to
/// `jitter`.
int passed_in_10_s(RateLimit limit, double fps, std::chrono::microseconds jitter) {
  std::mt19937 random(7);
  int passed = 0;
  for (int i = 0; i < static_cast<int>(10 * fps); ++i) {
    const auto drawn = static_cast<std::int64_t>(random());
    const auto late = jitter.count() == 0
                          ? 0us
                          : std::chrono::microseconds(drawn % (2 * jitter.count())) - jitter;
    const auto captured =
        kStart + std::chrono::microseconds(static_cast<std::int64_t>(i * 1e6 / fps)) + late;
    passed += limit.lets_pass(captured) ? 1 : 0;
  }
  return passed;
}

TEST(RateLimitTest, WithoutALimitEveryFramePasses) {
  EXPECT_EQ(passed_in_10_s(RateLimit(), 30, 0us), 300);
}

TEST(RateLimitTest, AFractionOfTheCamerasRateIsMetExactly) {
  EXPECT_EQ(passed_in_10_s(RateLimit(15), 30, 0us), 150);
  EXPECT_EQ(passed_in_10_s(RateLimit(1), 30, 0us), 10);
  EXPECT_EQ(passed_in_10_s(RateLimit(0.5), 30, 0us), 5);
}

TEST(RateLimitTest, ARateThatDoesNotDivideTheCamerasIsMetOnAverage) {
  EXPECT_NEAR(passed_in_10_s(RateLimit(20), 30, 0us), 200, 2);
  EXPECT_NEAR(passed_in_10_s(RateLimit(7), 30, 0us), 70, 2);
}

TEST(RateLimitTest, JitterDoesNotCostFrames) {
  EXPECT_NEAR(passed_in_10_s(RateLimit(15), 30, 8ms), 150, 3);
  EXPECT_NEAR(passed_in_10_s(RateLimit(30), 30, 6ms), 300, 3);
}

// A camera's clock and the machine's differ a little, and a camera's rates are round numbers only
// by name. Thirty a second are asked for, and each frame that is left out of those would be seen.
TEST(RateLimitTest, ACameraThatIsAHundredthTooFastKeepsItsFrames) {
  EXPECT_EQ(passed_in_10_s(RateLimit(30), 30.003, 0us), 300);
  EXPECT_EQ(passed_in_10_s(RateLimit(30), 30.25, 0us), 302);
  EXPECT_EQ(passed_in_10_s(RateLimit(30), 30.25, 4ms), 302);
}

TEST(RateLimitTest, NeverMoreThanAHundredthAboveTheLimitPasses) {
  for (const double fps : {31.0, 33.0, 40.0, 60.0, 97.0, 1600.0}) {
    for (const auto jitter : {0us, 100us}) {
      EXPECT_LE(passed_in_10_s(RateLimit(30), fps, jitter), 304) << fps;
      EXPECT_GE(passed_in_10_s(RateLimit(30), fps, jitter), 296) << fps;
    }
  }
}

TEST(RateLimitTest, MoreThanTheCameraMakesIsEveryFrame) {
  EXPECT_EQ(passed_in_10_s(RateLimit(1000), 30, 3ms), 300);
}

// The least that a peer may ask for is no number of microseconds that a clock can hold.
TEST(RateLimitTest, HoweverFewAreWantedOneAnHourPasses) {
  for (const double max_fps : {1.0 / 3600, 1e-6, 1e-12, 1e-13, 1e-300, 5e-324}) {
    RateLimit limit(max_fps);
    EXPECT_TRUE(limit.lets_pass(kStart)) << max_fps;
    EXPECT_FALSE(limit.lets_pass(kStart + 1s)) << max_fps;
    EXPECT_FALSE(limit.lets_pass(kStart + 1800s)) << max_fps;
    EXPECT_TRUE(limit.lets_pass(kStart + 3600s)) << max_fps;
    EXPECT_FALSE(limit.lets_pass(kStart + 3601s)) << max_fps;
  }
}

TEST(RateLimitTest, AClockThatIsSetBackDoesNotStopTheStream) {
  RateLimit limit(10);
  EXPECT_TRUE(limit.lets_pass(kStart));
  EXPECT_TRUE(limit.lets_pass(kStart - 1h));
  EXPECT_FALSE(limit.lets_pass(kStart - 1h + 10ms));
  EXPECT_TRUE(limit.lets_pass(kStart - 1h + 100ms));
}

// Who changes the rate again and again gets no more for it.
TEST(RateLimitTest, AChangedRateCountsFromTheFrameThatPassedLast) {
  RateLimit limit;
  EXPECT_TRUE(limit.lets_pass(kStart));
  limit.change_to(RateLimit(1));
  EXPECT_FALSE(limit.lets_pass(kStart + 33ms));
  limit.change_to(RateLimit(10));
  EXPECT_FALSE(limit.lets_pass(kStart + 40ms));
  EXPECT_TRUE(limit.lets_pass(kStart + 100ms));
  limit.change_to(RateLimit(10));
  EXPECT_FALSE(limit.lets_pass(kStart + 133ms));
  limit.change_to(RateLimit());
  EXPECT_TRUE(limit.lets_pass(kStart + 134ms));
}

TEST(RateLimitTest, AfterAGapTheRateIsKeptAndNothingIsCaughtUp) {
  RateLimit limit(10);
  EXPECT_TRUE(limit.lets_pass(kStart));
  EXPECT_TRUE(limit.lets_pass(kStart + 5s));
  EXPECT_FALSE(limit.lets_pass(kStart + 5s + 33ms));
}

}  // namespace
}  // namespace freshframe
