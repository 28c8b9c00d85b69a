#include <gtest/gtest.h>

#include <array>
#include <string>

#include "app/near_miss.h"

namespace freshframe {
namespace {

constexpr std::array<std::string_view, 3> kKnown = {"quality", "log_level", "fps"};

TEST(NearMissTest, OneSlipOfTheFingerIsUnderstood) {
  EXPECT_EQ(suggestion("qualty", kKnown), "did you mean \"quality\"?");
  EXPECT_EQ(suggestion("qualitty", kKnown), "did you mean \"quality\"?");
  EXPECT_EQ(suggestion("log-level", kKnown), "did you mean \"log_level\"?");
}

TEST(NearMissTest, SwappedLettersAreUnderstood) {
  EXPECT_EQ(suggestion("qualiyt", kKnown), "did you mean \"quality\"?");
}

TEST(NearMissTest, ThreeSlipsAreAnotherWord) {
  EXPECT_EQ(suggestion("qua", kKnown), "allowed: quality, log_level, fps");
}

TEST(NearMissTest, AShortWordIsNotGuessedFromTwoSlips) {
  EXPECT_EQ(suggestion("fsp", kKnown), "allowed: quality, log_level, fps");
  EXPECT_EQ(suggestion("fp", kKnown), "did you mean \"fps\"?");
}

TEST(NearMissTest, AnEmptyOrVeryLongWordGetsAllThatIsAllowed) {
  EXPECT_EQ(suggestion("", kKnown), "allowed: quality, log_level, fps");
  EXPECT_EQ(suggestion(std::string(1'000'000, 'q'), kKnown), "allowed: quality, log_level, fps");
}

}  // namespace
}  // namespace freshframe
