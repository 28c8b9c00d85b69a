#include <gtest/gtest.h>

#include "net/error_budget.h"

namespace freshframe {
namespace {

constexpr ErrorBudget::TimePoint kStart{std::chrono::hours(100)};

TEST(ErrorBudgetTest, AFewErrorsAtOnceAreForgiven) {
  ErrorBudget budget;
  for (int i = 0; i < ErrorBudget::kMost; ++i) {
    EXPECT_TRUE(budget.spend(kStart)) << i;
  }
  EXPECT_FALSE(budget.spend(kStart));
}

TEST(ErrorBudgetTest, RareErrorsAreForgivenForEver) {
  ErrorBudget budget;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(budget.spend(kStart + i * ErrorBudget::kForgivenEvery)) << i;
  }
}

TEST(ErrorBudgetTest, ALongPeaceDoesNotBuyMoreThanTheBudget) {
  ErrorBudget budget;
  budget.spend(kStart);
  const auto later = kStart + std::chrono::hours(10);
  for (int i = 0; i < ErrorBudget::kMost; ++i) {
    EXPECT_TRUE(budget.spend(later)) << i;
  }
  EXPECT_FALSE(budget.spend(later));
}

TEST(ErrorBudgetTest, ErrorsThatComeFasterThanTheyAreForgivenEndIt) {
  ErrorBudget budget;
  int errors = 0;
  while (errors < 1000 && budget.spend(kStart + errors * ErrorBudget::kForgivenEvery / 2)) {
    ++errors;
  }
  EXPECT_GT(errors, ErrorBudget::kMost);
  EXPECT_LT(errors, 3 * ErrorBudget::kMost);
}

}  // namespace
}  // namespace freshframe
