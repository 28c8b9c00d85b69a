#include <gtest/gtest.h>

#include <chrono>

#include "capture/exposure_settling.h"

namespace freshframe {
namespace {

class ExposureSettlingTest : public ::testing::Test {
 protected:
  bool settling_at(int exposure_us, float gain = 1.0F) {
    FrameInfo info;
    info.exposure_time = std::chrono::microseconds(exposure_us);
    info.analogue_gain = gain;
    return settling_.is_settling(info);
  }

  ExposureSettling settling_;
};

TEST_F(ExposureSettlingTest, ExposureThatConvergesSettlesWhenItIsSteady) {
  for (const int exposure : {1'000, 2'000, 4'000, 8'000, 10'000}) {
    EXPECT_TRUE(settling_at(exposure)) << exposure;
  }
  int frames = 0;
  while (settling_at(10'050)) {
    ++frames;
    ASSERT_LT(frames, 10);
  }
}

TEST_F(ExposureSettlingTest, WhatHasSettledStaysSo) {
  while (settling_at(10'000)) {
  }
  EXPECT_FALSE(settling_at(20'000)) << "the light was switched on: no start";
}

TEST_F(ExposureSettlingTest, GainCountsAsMuchAsTime) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(settling_at(10'000, 1.0F + 0.2F * static_cast<float>(i)));
  }
}

TEST_F(ExposureSettlingTest, FlickeringLightDoesNotKeepItForEver) {
  int frames = 0;
  while (settling_at(frames % 2 == 0 ? 5'000 : 10'000)) {
    ++frames;
    ASSERT_LT(frames, 200);
  }
}

TEST_F(ExposureSettlingTest, ACameraThatReportsNothingCountsAsSettled) {
  EXPECT_FALSE(settling_.is_settling(FrameInfo{}));
}

}  // namespace
}  // namespace freshframe
