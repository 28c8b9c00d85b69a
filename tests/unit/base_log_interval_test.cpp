#include <gtest/gtest.h>

#include "base/log_interval.h"

namespace freshframe {
namespace {

using namespace std::chrono_literals;

constexpr LogInterval::TimePoint kStart{1h};

TEST(LogIntervalTest, TheFirstLinePassesAndTheNextWait) {
  LogInterval interval(10s);
  EXPECT_EQ(interval.lets_pass(kStart), 0u);
  EXPECT_EQ(interval.lets_pass(kStart), std::nullopt);
  EXPECT_EQ(interval.lets_pass(kStart + 9'999ms), std::nullopt);
}

TEST(LogIntervalTest, AFloodIsALineInEachIntervalThatTellsHowManyThereWere) {
  LogInterval interval(10s);
  int lines = 0;
  std::uint64_t told = 0;
  for (auto now = kStart; now < kStart + 60s; now += 200ms) {
    if (const auto held_back = interval.lets_pass(now)) {
      ++lines;
      told += *held_back + 1;
    }
  }
  EXPECT_EQ(lines, 6);
  EXPECT_EQ(told, 251u) << "all but those after the last line";
}

TEST(LogIntervalTest, WhatIsRareIsNotHeldBack) {
  LogInterval interval(10s);
  EXPECT_EQ(interval.lets_pass(kStart), 0u);
  EXPECT_EQ(interval.lets_pass(kStart + 10s), 0u);
  EXPECT_EQ(interval.lets_pass(kStart + 1h), 0u);
}

}  // namespace
}  // namespace freshframe
