#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <random>

#include "hub/frame_sizes.h"

namespace freshframe {
namespace {

using namespace std::chrono_literals;

TEST(FrameSizesTest, NothingKnownMakesNoDifference) {
  const FrameSizes sizes;
  EXPECT_EQ(sizes.share_of_usual(12'345), 1.0);
  EXPECT_EQ(sizes.extra_time(12'345), 0ns);
}

TEST(FrameSizesTest, SizesThatHardlyDifferTellNothing) {
  FrameSizes sizes;
  for (int i = 0; i < 100; ++i) {
    sizes.learn(static_cast<std::size_t>(100'000 + i % 2), i % 2 == 0 ? 10ms : 90ms);
  }
  EXPECT_EQ(sizes.extra_time(200'000), 0ns);
}

TEST(FrameSizesTest, TheLineThroughSizesAndTimesIsFound) {
  std::mt19937 random(1);
  FrameSizes sizes;
  for (int i = 0; i < 200; ++i) {
    const std::size_t bytes = 50'000 + random() % 100'000;
    // 50 ms, and a microsecond for ten bytes.
    sizes.learn(bytes, 50ms + std::chrono::nanoseconds(100 * bytes));
  }
  const auto extra = sizes.extra_time(150'000) - sizes.extra_time(50'000);
  EXPECT_NEAR(std::chrono::duration<double>(extra).count(), 0.010, 0.000'1);
  EXPECT_NEAR(sizes.share_of_usual(100'000), 1.0, 0.2);
}

// What would make a large frame faster than a small one is chance.
TEST(FrameSizesTest, ALargerFrameNeverTakesLessTime) {
  FrameSizes sizes;
  for (int i = 0; i < 100; ++i) {
    sizes.learn(i % 2 == 0 ? 10'000 : 100'000, i % 2 == 0 ? 90ms : 10ms);
  }
  EXPECT_EQ(sizes.extra_time(1'000'000), 0ns);
}

TEST(FrameSizesTest, NoPartOfThePathTakesLongerThanTheWhole) {
  FrameSizes sizes;
  for (int i = 0; i < 100; ++i) {
    sizes.learn(i % 2 == 0 ? 90'000 : 110'000, i % 2 == 0 ? 1ms : 199ms);
  }
  // Some 100 ms for 100 kB at most; the line alone would say 990 ms.
  EXPECT_LE(sizes.extra_time(200'000), 110ms);
}

}  // namespace
}  // namespace freshframe
