#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app_pipeline_fixture.h"

namespace freshframe {
namespace {

TEST_F(PipelineTest, WithoutAViewerNothingStartsAndNothingIsEncoded) {
  settings_.idle_grace = std::chrono::minutes(5);
  start_pipeline();
  watch();
  deliver_until_shown(1);
  leave();
  // Within the grace time the camera goes on, but its frames cost nothing.
  for (std::uint64_t sequence = 2; sequence < 50; ++sequence) {
    camera_.deliver(sequence);
  }
  run_until([&] { return camera_.frames_out() == 1; });
  EXPECT_EQ(channel_.counters().encoded, 1u);
  watch();
  run_until([&] { return viewer_.sequences.back() == 49; });
  EXPECT_EQ(channel_.counters().encoded, 2u);
  EXPECT_EQ(channel_.counters().captured, 49u);
  EXPECT_EQ(camera_.starts(), 1) << "the camera was kept";
}

// What stood still is the past. The grace time may be an hour.
TEST_F(PipelineTest, WhoComesToACameraThatFrozeWithoutViewersIsNotShownItsLastFrame) {
  settings_.always_on = true;
  settings_.stalled_after = milliseconds(1);
  start_pipeline();
  run_until([&] { return camera_.is_running(); });
  camera_.deliver(1);
  run_until([&] { return camera_.frames_out() == 0; });
  run_until([&] { return channel_.status().state == CameraState::kStalled; });
  watch();
  deliver_until_shown(2);
  EXPECT_EQ(viewer_.sequences, std::vector<std::uint64_t>{2});
}

TEST_F(PipelineTest, ACameraThatIsAlwaysOnRunsWithoutAnyViewer) {
  settings_.always_on = true;
  start_pipeline();
  run_until([&] { return camera_.is_running(); });
  for (std::uint64_t sequence = 1; sequence < 50; ++sequence) {
    camera_.deliver(sequence);
  }
  run_until([&] { return channel_.status().state == CameraState::kLive; });
  run_until([&] { return camera_.frames_out() == 1; });
  EXPECT_EQ(channel_.counters().captured, 49u);
  EXPECT_EQ(channel_.counters().encoded, 0u) << "nobody looks";
}

// However long the next frame takes: none comes in this test.
TEST_F(PipelineTest, TheFirstViewerOfACameraThatIsAlwaysOnIsShownItsNewestFrameAtOnce) {
  settings_.always_on = true;
  start_pipeline();
  run_until([&] { return camera_.is_running(); });
  camera_.deliver(1);
  camera_.deliver(2);
  run_until([&] { return channel_.status().state == CameraState::kLive; });
  watch();
  run_until([&] { return !viewer_.sequences.empty() && viewer_.sequences.back() == 2; });
  EXPECT_EQ(viewer_.states, (std::vector<std::string>{"live"}));
  EXPECT_EQ(camera_.starts(), 1);
  run_until([&] { return camera_.frames_out() == 0; });
}

TEST_F(PipelineTest, ACameraThatIsAlwaysOnGoesOnWhenItsLastViewerLeaves) {
  settings_.always_on = true;
  start_pipeline();
  watch();
  deliver_until_shown(1);
  leave();
  camera_.deliver(2);
  run_until([&] { return camera_.frames_out() == 1; });
  watch();
  run_until([&] { return viewer_.sequences.back() == 2; });
  EXPECT_EQ(camera_.starts(), 1);
  EXPECT_EQ(camera_.stops(), 0);
}

TEST_F(PipelineTest, ACameraThatIsAlwaysOnComesBackWithoutAnyViewer) {
  settings_.always_on = true;
  start_pipeline();
  run_until([&] { return camera_.is_running(); });
  camera_.deliver(1);
  run_until([&] { return channel_.status().state == CameraState::kLive; });
  camera_.refuse_to_start("nothing is plugged in");
  camera_.fail("it was unplugged");
  run_until([&] { return channel_.status().reason == "nothing is plugged in"; });
  EXPECT_EQ(channel_.status().state, CameraState::kLost);
  EXPECT_EQ(camera_.frames_out(), 0);
  run_until_tried_again();
  camera_.start_again();
  run_until([&] { return camera_.is_running(); });
  camera_.deliver(2);
  run_until([&] { return channel_.status().state == CameraState::kLive; });
}

TEST_F(PipelineTest, ACameraThatIsAlwaysOnAndFreezesIsOpenedAgainWithoutAnyViewer) {
  settings_.always_on = true;
  settings_.stalled_after = milliseconds(1);
  settings_.restart_after = milliseconds(2);
  start_pipeline();
  run_until_tried_again();
  run_until([&] { return channel_.status().state == CameraState::kStalled; });
}

TEST_F(PipelineTest, OfACameraThatIsAlwaysOnItIsToldWhetherItsExposureConverges) {
  settings_.always_on = true;
  start_pipeline();
  run_until([&] { return camera_.is_running(); });
  camera_.deliver(1, true, std::chrono::microseconds(1'000));
  run_until([&] { return channel_.status().state == CameraState::kSettling; });
  watch();
  run_until([&] { return !viewer_.sequences.empty(); });
  EXPECT_NE(viewer_.newest->head.view().find(R"("settling":true)"), std::string_view::npos);
}

// Whole frames are not looked into while nobody watches, those behind a broken one are.
TEST_F(PipelineTest, RubbishIsNotCalledLiveAgainWhenItsViewerHasLeft) {
  settings_.always_on = true;
  settings_.stalled_after = milliseconds(200);
  start_pipeline();
  watch();
  run_until([&] {
    camera_.deliver(1, /*is_whole=*/false);
    return has_state("stalled");
  });
  leave();
  const auto& dropped = channel_.counters().dropped_for(EncodeError::kWrongShape);
  const std::uint64_t seen = dropped;
  run_until([&] {
    camera_.deliver(2, /*is_whole=*/false);
    return dropped >= seen + 2;
  });
  EXPECT_EQ(channel_.status().state, CameraState::kStalled);
  EXPECT_FALSE(channel_.frame_waits()) << "a broken one is nothing to show";
}

TEST_F(PipelineTest, RubbishIsNotCalledLiveWhenTheCameraWasOpenedAgainForNobody) {
  settings_.always_on = true;
  settings_.stalled_after = milliseconds(1);
  settings_.restart_after = milliseconds(2);
  start_pipeline();
  watch();
  const auto& dropped = channel_.counters().dropped_for(EncodeError::kWrongShape);
  run_until([&] {
    camera_.deliver(1, /*is_whole=*/false);
    return dropped >= 1;
  });
  leave();
  run_until_tried_again();
  const std::uint64_t seen = dropped;
  run_until([&] {
    camera_.deliver(2, /*is_whole=*/false);
    return dropped >= seen + 2;
  });
  EXPECT_FALSE(has_state("live"));
}

// Its last frame for a viewer was broken, as a bad cable makes one now and then.
TEST_F(PipelineTest, ABrokenFrameBeforeTheLastViewerLeftDoesNotMakeAHealthyCameraStall) {
  settings_.always_on = true;
  start_pipeline();
  watch();
  run_until([&] { return camera_.is_running(); });
  camera_.deliver(1, /*is_whole=*/false);
  run_until([&] { return channel_.counters().dropped_for(EncodeError::kWrongShape) == 1; });
  leave();
  camera_.deliver(2);
  run_until([&] { return channel_.status().state == CameraState::kLive; });
  EXPECT_TRUE(viewer_.sequences.empty());
  EXPECT_EQ(channel_.counters().encoded, 0u) << "it was for nobody";
  run_until([&] { return channel_.frame_waits(); });
  watch();
  run_until([&] { return !viewer_.sequences.empty(); });
  EXPECT_EQ(viewer_.sequences, std::vector<std::uint64_t>{2});
  leave();
  // As usual again: nothing is looked into.
  camera_.deliver(3, /*is_whole=*/false);
  run_until([&] { return channel_.frame_waits(); });
  EXPECT_EQ(channel_.counters().dropped_for(EncodeError::kWrongShape), 1u);
}

TEST_F(PipelineTest, WhoComesToACameraThatRunsIsNotSentThePastBeforeThePresent) {
  settings_.always_on = true;
  start_pipeline();
  watch();
  deliver_until_shown(1);
  leave();
  NotingViewer second;
  {
    // No frame since: the last picture is the best there is.
    const Subscription subscription(channel_, second, WireForm::kJson, LastPicture::kWanted);
    EXPECT_EQ(second.sequences, std::vector<std::uint64_t>{1});
  }
  camera_.deliver(2);
  run_until([&] { return channel_.frame_waits(); });
  NotingViewer third;
  const Subscription subscription(channel_, third, WireForm::kJson, LastPicture::kWanted);
  run_until([&] { return !third.sequences.empty(); });
  EXPECT_EQ(third.sequences, std::vector<std::uint64_t>{2});
  run_until([&] { return !channel_.frame_waits(); });
}

// No frame comes behind it in this test until the last picture was given.
TEST_F(PipelineTest, WhoComesWhileABrokenFrameWaitsIsGivenTheLastPicture) {
  settings_.always_on = true;
  start_pipeline();
  watch();
  deliver_until_shown(1);
  leave();
  camera_.deliver(2, /*is_whole=*/false);
  run_until([&] { return channel_.frame_waits(); });
  NotingViewer next;
  const Subscription subscription(channel_, next, WireForm::kBinary, LastPicture::kWanted);
  EXPECT_TRUE(next.sequences.empty());
  run_until([&] { return !next.sequences.empty(); });
  EXPECT_EQ(next.sequences, std::vector<std::uint64_t>{1});
  EXPECT_TRUE(next.newest->is_stale);
  camera_.deliver(3);
  run_until([&] { return next.sequences.back() == 3; });
  EXPECT_FALSE(next.newest->is_stale);
}

}  // namespace
}  // namespace freshframe
