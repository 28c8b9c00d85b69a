#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

#include "app/frame_interval.h"
#include "app/picture_watch.h"
#include "app/pipeline.h"
#include "app/retry_pause.h"

// How soon viewers are told of a camera that fails, and how soon it is back. All on a clock that
// only the test moves, with the times that the server has when nobody says otherwise.
namespace freshframe {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Verdict = PictureWatch::Verdict;

class PictureWatchTest : public ::testing::Test {
 protected:
  PictureWatch watch_of(milliseconds frame_interval) const {
    const PipelineSettings settings;
    return {{.stalled_after = settings.stalled_after, .hung_after = settings.restart_after},
            frame_interval,
            now_};
  }

  PictureWatch::Clock::time_point now_{std::chrono::hours(1)};
};

TEST_F(PictureWatchTest, AStallIsToldWithin2sOfTheLastPicture) {
  PictureWatch watch = watch_of(milliseconds(33));
  for (int i = 0; i < 300; ++i) {
    now_ += milliseconds(33);
    watch.picture_came(now_);
    ASSERT_EQ(watch.verdict(now_), Verdict::kFlows);
  }
  // The look that finds it comes when it is due, and some time is left for telling.
  EXPECT_LE(watch.changes_at(now_), now_ + milliseconds(1'900));
  now_ = watch.changes_at(now_);
  EXPECT_EQ(watch.verdict(now_ - milliseconds(1)), Verdict::kFlows);
  EXPECT_EQ(watch.verdict(now_), Verdict::kStalled);
}

TEST_F(PictureWatchTest, ACameraThatNeverBeginsIsToldOfTheSameWay) {
  const PictureWatch watch = watch_of(milliseconds(0));
  EXPECT_EQ(watch.verdict(now_ + seconds(1)), Verdict::kFlows);
  EXPECT_EQ(watch.verdict(now_ + seconds(2)), Verdict::kStalled);
}

TEST_F(PictureWatchTest, ItFlowsAgainWithTheFirstPicture) {
  PictureWatch watch = watch_of(milliseconds(33));
  now_ += seconds(2);
  ASSERT_EQ(watch.verdict(now_), Verdict::kStalled);
  watch.picture_came(now_);
  EXPECT_EQ(watch.verdict(now_), Verdict::kFlows);
}

TEST_F(PictureWatchTest, WhoStaysStalledIsOpenedAgain) {
  const PictureWatch watch = watch_of(milliseconds(33));
  now_ = watch.changes_at(now_);
  ASSERT_EQ(watch.verdict(now_), Verdict::kStalled);
  now_ = watch.changes_at(now_);
  EXPECT_EQ(watch.verdict(now_ - milliseconds(1)), Verdict::kStalled);
  EXPECT_EQ(watch.verdict(now_), Verdict::kHung);
}

TEST_F(PictureWatchTest, ASlowCameraIsGivenFiveOfItsFrames) {
  const PictureWatch watch = watch_of(seconds(10));
  EXPECT_EQ(watch.verdict(now_ + seconds(49)), Verdict::kFlows);
  EXPECT_EQ(watch.verdict(now_ + seconds(50)), Verdict::kStalled);
  EXPECT_EQ(watch.verdict(now_ + seconds(99)), Verdict::kStalled);
  EXPECT_EQ(watch.verdict(now_ + seconds(100)), Verdict::kHung);
}

TEST_F(PictureWatchTest, OneThatIsSetToBeSlowerIsGivenItsFramesAtOnce) {
  PictureWatch watch = watch_of(milliseconds(33));
  now_ += seconds(1);
  watch.set_frame_interval(seconds(10));
  EXPECT_EQ(watch.verdict(now_ + seconds(48)), Verdict::kFlows);
  EXPECT_EQ(watch.verdict(now_ + seconds(49)), Verdict::kStalled);
  EXPECT_EQ(watch.verdict(now_ + seconds(98)), Verdict::kStalled);
  EXPECT_EQ(watch.verdict(now_ + seconds(99)), Verdict::kHung);
}

// Frames that it has begun are still slow, and must not look like a stall.
TEST_F(PictureWatchTest, OneThatIsSetToBeFasterIsGivenAFewSlowFrames) {
  PictureWatch watch = watch_of(seconds(10));
  watch.set_frame_interval(milliseconds(33));
  for (int slow_frames = 0; slow_frames < 4; ++slow_frames) {
    now_ += seconds(10);
    ASSERT_EQ(watch.verdict(now_), Verdict::kFlows);
    watch.picture_came(now_);
    watch.set_frame_interval(milliseconds(33));
  }
  EXPECT_EQ(watch.verdict(now_ + seconds(10)), Verdict::kFlows);
  watch.picture_came(now_);
  EXPECT_EQ(watch.verdict(now_ + seconds(2)), Verdict::kStalled);
}

TEST_F(PictureWatchTest, WhoIsSetFasterAndSlowerAgainIsSlow) {
  PictureWatch watch = watch_of(seconds(10));
  watch.set_frame_interval(milliseconds(33));
  watch.set_frame_interval(seconds(10));
  for (int frames = 0; frames < 10; ++frames) {
    watch.picture_came(now_);
  }
  EXPECT_EQ(watch.verdict(now_ + seconds(49)), Verdict::kFlows);
}

TEST(FrameIntervalTest, TheRateOrTheExposureWhicheverIsLonger) {
  const ControlSetting half{0.5, 1};
  const ControlSetting three_seconds{std::int64_t{3'000'000}, 1};
  EXPECT_EQ(longest_frame_interval({}), milliseconds(0));
  EXPECT_EQ(longest_frame_interval({{"FrameRate", half}}), seconds(2));
  EXPECT_EQ(longest_frame_interval({{"ExposureTime", three_seconds}}), seconds(3));
  EXPECT_EQ(longest_frame_interval({{"FrameRate", half}, {"ExposureTime", three_seconds}}),
            seconds(3));
  EXPECT_EQ(longest_frame_interval({{"FrameRate", {std::int64_t{10}, 1}}}), milliseconds(100))
      << "a preset that its camera has not been asked for yet";
}

TEST(FrameIntervalTest, AnExposureThatTheAutomaticOverrulesHasNoSay) {
  const ControlSetting three_seconds{std::int64_t{3'000'000}, 1};
  EXPECT_EQ(longest_frame_interval({{"ExposureTime", three_seconds}, {"AeEnable", {true, 2}}}),
            milliseconds(0));
  EXPECT_EQ(longest_frame_interval({{"ExposureTime", three_seconds}, {"AeEnable", {false, 2}}}),
            seconds(3));
}

TEST(FrameIntervalTest, WhatIsNoRateHasNoInterval) {
  EXPECT_EQ(longest_frame_interval({{"FrameRate", {0.0, 1}}, {"ExposureTime", {"long", 1}}}),
            milliseconds(0));
  EXPECT_EQ(longest_frame_interval({{"ExposureTime", {std::int64_t{-5'000'000}, 1}}}),
            milliseconds(0));
  EXPECT_EQ(frame_interval_of(1e-300), std::chrono::hours(24));
}

TEST(RetryPauseTest, ThePauseDoublesUpToTheLongest) {
  RetryPause pause(milliseconds(500), milliseconds(1'500));
  EXPECT_EQ(pause.after_failure(), milliseconds(500));
  EXPECT_EQ(pause.after_failure(), milliseconds(1'000));
  EXPECT_EQ(pause.after_failure(), milliseconds(1'500));
  EXPECT_EQ(pause.after_failure(), milliseconds(1'500));
}

TEST(RetryPauseTest, APictureMakesTheNextPauseShort) {
  RetryPause pause(milliseconds(500), milliseconds(2'000));
  pause.after_failure();
  pause.after_failure();
  pause.picture_came();
  EXPECT_EQ(pause.after_failure(), milliseconds(500));
}

// The cause may end at any moment of a pause, however long the camera has been away; then it has a
// second to open.
TEST(RetryPauseTest, ACauseThatEndsIsNoticedEarlyEnoughToBeBackWithin3s) {
  const PipelineSettings settings;
  RetryPause pause(settings.shortest_retry, settings.longest_retry);
  for (int failures = 0; failures < 100'000; ++failures) {
    ASSERT_LE(pause.after_failure(), seconds(2));
  }
}

}  // namespace
}  // namespace freshframe
