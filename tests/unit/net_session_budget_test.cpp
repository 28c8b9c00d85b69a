#include <gtest/gtest.h>

#include <chrono>

#include "net/rate_budget.h"
#include "net/session_budget.h"

namespace freshframe {
namespace {

using namespace std::chrono_literals;

constexpr RateBudget::TimePoint kStart{1h};

TEST(RateBudgetTest, TwoSecondsWorthMayComeAtOnceAndThenTheRate) {
  RateBudget budget;
  for (int i = 0; i < 40; ++i) {
    EXPECT_TRUE(budget.spend(kStart, 20)) << i;
  }
  EXPECT_FALSE(budget.spend(kStart, 20));
  EXPECT_FALSE(budget.spend(kStart + 49ms, 20));
  EXPECT_TRUE(budget.spend(kStart + 50ms, 20));
  EXPECT_FALSE(budget.spend(kStart + 50ms, 20));
}

TEST(RateBudgetTest, WhoeverKeepsToTheRateIsNeverRefused) {
  RateBudget budget;
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_TRUE(budget.spend(kStart + i * 50ms, 20)) << i;
  }
}

TEST(RateBudgetTest, WhatIsRefusedDoesNotCount) {
  RateBudget budget;
  for (int i = 0; i < 1000; ++i) {
    budget.spend(kStart, 20);
  }
  EXPECT_EQ(budget.paid_off_at(), kStart + 2s);
  EXPECT_TRUE(budget.spend(kStart + 50ms, 20));
}

class SessionBudgetTest : public ::testing::Test {
 protected:
  Limits limits_;
  SessionBudget budget_{limits_};
};

// 16 cameras at 60 frames a second, of which a fast viewer acknowledges each.
TEST_F(SessionBudgetTest, EveryFrameMayBeAcknowledgedHoweverManyThereAre) {
  for (int i = 0; i < 10 * 960; ++i) {
    budget_.frame_sent();
    ASSERT_TRUE(budget_.take_acknowledgement(kStart)) << i;
  }
  // And they were no messages.
  for (int i = 0; i < 40; ++i) {
    EXPECT_TRUE(budget_.take_message(kStart)) << i;
  }
}

TEST_F(SessionBudgetTest, WhatAcknowledgesNothingIsAMessage) {
  budget_.frame_sent();
  EXPECT_TRUE(budget_.take_acknowledgement(kStart));
  for (int i = 0; i < 40; ++i) {
    EXPECT_TRUE(budget_.take_acknowledgement(kStart)) << i;
  }
  EXPECT_FALSE(budget_.take_acknowledgement(kStart));
  EXPECT_FALSE(budget_.take_message(kStart));
}

TEST_F(SessionBudgetTest, AcknowledgementsAreNotSavedUpWithoutEnd) {
  for (int i = 0; i < 100'000; ++i) {
    budget_.frame_sent();
  }
  int taken = 0;
  while (budget_.take_acknowledgement(kStart)) {
    ++taken;
  }
  EXPECT_EQ(taken, SessionBudget::kMostAcknowledgementsSaved + 40);
}

TEST_F(SessionBudgetTest, PingsHaveALimitOfTheirOwn) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(budget_.take_ping(kStart)) << i;
  }
  EXPECT_FALSE(budget_.take_ping(kStart));
  EXPECT_TRUE(budget_.take_message(kStart));
}

}  // namespace
}  // namespace freshframe
