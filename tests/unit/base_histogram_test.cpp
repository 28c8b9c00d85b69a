#include <gtest/gtest.h>

#include "base/histogram.h"

namespace freshframe {
namespace {

using namespace std::chrono_literals;

TEST(HistogramTest, ATimeCountsInTheFirstClassThatHasRoomForIt) {
  Histogram<2> histogram({10ms, 1s});
  for (const auto time : {0us, 10'000us, 10'001us, 1'000'000us, 1'000'001us}) {
    histogram.add(time);
  }
  EXPECT_EQ(histogram.count(0), 2u);
  EXPECT_EQ(histogram.count(1), 2u);
  EXPECT_EQ(histogram.count(2), 1u);
  EXPECT_EQ(histogram.sum(), 2'020'002us);
}

// The wall clock may be set back between capturing and sending.
TEST(HistogramTest, ATimeBelowZeroCountsInTheFirst) {
  Histogram<2> histogram({10ms, 1s});
  histogram.add(-5ms);
  EXPECT_EQ(histogram.count(0), 1u);
  EXPECT_EQ(histogram.sum(), 0us) << "a sum never falls";
}

}  // namespace
}  // namespace freshframe
