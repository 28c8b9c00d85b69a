#include <gtest/gtest.h>

#include <optional>

#include "base/pulse.h"

namespace freshframe {
namespace {

class PulseTest : public ::testing::Test {
 protected:
  void rest() { rest_.emplace(pulse_); }
  void work() { rest_.reset(); }

  Pulse pulse_;
  PulseWatch watch_{pulse_};
  std::optional<Pulse::Rest> rest_;
};

TEST_F(PulseTest, WhoRestsMayDoSoForEver) {
  rest();
  EXPECT_TRUE(watch_.has_moved());
  EXPECT_TRUE(watch_.has_moved());
}

TEST_F(PulseTest, WhoWorksAtTheSameThingSinceTheLookBeforeHasNotMoved) {
  rest();
  work();
  EXPECT_TRUE(watch_.has_moved()) << "it rested since";
  EXPECT_FALSE(watch_.has_moved());
  EXPECT_FALSE(watch_.has_moved());
}

TEST_F(PulseTest, WhoIsFoundAtWorkEachTimeButRestedBetweenHasMoved) {
  for (int look = 0; look < 3; ++look) {
    rest();
    work();
    EXPECT_TRUE(watch_.has_moved());
  }
}

TEST_F(PulseTest, WhoNeverCameToARestHasNotMoved) {
  EXPECT_FALSE(watch_.has_moved());
}

}  // namespace
}  // namespace freshframe
