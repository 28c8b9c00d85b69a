#include <gtest/gtest.h>

#include "hub/picture_rate.h"

namespace freshframe {
namespace {

using namespace std::chrono_literals;

constexpr PictureRate::TimePoint kStart{100s};

TEST(PictureRateTest, IsOfTheLastWholeSecond) {
  PictureRate rate;
  for (int i = 0; i < 30; ++i) {
    rate.count(kStart + i * 33ms);
  }
  EXPECT_EQ(rate.of_second_before(kStart + 999ms), 0u) << "that second is not over";
  EXPECT_EQ(rate.of_second_before(kStart + 1s), 30u);
  rate.count(kStart + 1001ms);
  EXPECT_EQ(rate.of_second_before(kStart + 1999ms), 30u);
  EXPECT_EQ(rate.of_second_before(kStart + 2s), 1u);
}

TEST(PictureRateTest, IsNothingOnceNoneCome) {
  PictureRate rate;
  EXPECT_EQ(rate.of_second_before(kStart), 0u);
  rate.count(kStart);
  EXPECT_EQ(rate.of_second_before(kStart + 2s), 0u);
  rate.count(kStart + 5s);
  EXPECT_EQ(rate.of_second_before(kStart + 5s), 0u) << "after a second without any";
}

}  // namespace
}  // namespace freshframe
