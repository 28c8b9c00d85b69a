#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "app_pipeline_fixture.h"

namespace freshframe {
namespace {

TEST_F(PipelineTest, TheCameraRunsFromTheFirstViewerToTheLast) {
  start_pipeline();
  watch();
  deliver_until_shown(1);
  EXPECT_EQ(viewer_.states, (std::vector<std::string>{"idle", "starting", "live"}));
  leave();
  run_until([&] { return !camera_.is_running(); });
  EXPECT_EQ(camera_.starts(), 1);
  run_until([&] { return channel_.status().state == CameraState::kIdle; });
  watch();
  deliver_until_shown(2);
  EXPECT_EQ(camera_.starts(), 2);
}

TEST_F(PipelineTest, ThePictureIsTheFramesJpegInItsMessage) {
  start_pipeline();
  watch();
  deliver_until_shown(7);
  const Picture& picture = *viewer_.newest;
  EXPECT_EQ(picture.width_px, 16);
  EXPECT_EQ(picture.height_px, 8);
  EXPECT_TRUE(picture.head.view().starts_with(
      R"({"type":"frame","camera":"front","sequence":7,"captured_us":)"));
  EXPECT_TRUE(picture.json_data.view().starts_with(R"(,"data":"/9j/)"));
  EXPECT_TRUE(picture.image.empty()) << "nobody wanted it";
}

TEST_F(PipelineTest, TheChannelIsToldWhoMakesThePictures) {
  start_pipeline();
  watch();
  EXPECT_EQ(channel_.encoder().name, "");
  deliver_until_shown(1);
  EXPECT_EQ(channel_.encoder().name, "libjpeg-turbo");
  EXPECT_EQ(viewer_.reason, "");
}

// No device takes grey frames, if there is one at all.
TEST_F(PipelineTest, ViewersAreToldWhyItIsNotTheHardwareThatWasAskedFor) {
  settings_.encoder = EncoderChoice::kHardware;
  start_pipeline();
  watch();
  deliver_until_shown(1);
  EXPECT_TRUE(has_state("live"));
  EXPECT_NE(viewer_.reason, "");
  EXPECT_EQ(channel_.encoder().name, "libjpeg-turbo");
  EXPECT_EQ(channel_.encoder().reason, viewer_.reason);
}

// The event loop may be busy for a while: what waits for it is one picture, the newest.
TEST_F(PipelineTest, ALoopThatIsLateMeetsTheNewestPictureOnly) {
  start_pipeline();
  watch();
  deliver_until_shown(1);
  for (std::uint64_t sequence = 2; sequence <= 5; ++sequence) {
    camera_.deliver(sequence);
    // Without running the loop: the encoder works on while the loop does not.
    while (channel_.counters().encoded < sequence) {
      std::this_thread::yield();
    }
  }
  run_until([&] { return viewer_.sequences.back() == 5; });
  EXPECT_EQ(viewer_.sequences, (std::vector<std::uint64_t>{1, 5}));
}

TEST_F(PipelineTest, ACameraWhoseExposureConvergesIsSettlingAndThenLive) {
  start_pipeline();
  watch();
  run_until([&] { return camera_.is_running(); });
  std::uint64_t sequence = 0;
  const auto show = [&](int exposure_us) {
    camera_.deliver(++sequence, true, std::chrono::microseconds(exposure_us));
    run_until([&] { return !viewer_.sequences.empty() && viewer_.sequences.back() == sequence; });
  };
  show(1'000);
  EXPECT_TRUE(has_state("settling"));
  EXPECT_NE(viewer_.newest->head.view().find(R"("settling":true)"), std::string_view::npos);
  for (int i = 0; i < 10; ++i) {
    show(8'000);
  }
  EXPECT_TRUE(has_state("live"));
  EXPECT_EQ(viewer_.newest->head.view().find("settling"), std::string_view::npos);
}

// A camera of 30 frames a second that was asked for 10.
TEST_F(PipelineTest, FramesAboveTheAskedRateGoBackToTheCameraAtOnce) {
  settings_.most_frames_per_second = 10;
  start_pipeline();
  watch();
  std::vector<std::uint64_t> due;
  for (std::uint64_t sequence = 0; sequence < 30; ++sequence) {
    camera_.set_captured(UnixTime(std::chrono::microseconds(sequence * 1'000'000 / 30)));
    if (sequence % 3 == 0) {
      due.push_back(sequence);
      deliver_until_shown(sequence);
      run_until([&] { return camera_.frames_out() == 0; });
    } else {
      camera_.deliver(sequence);
      EXPECT_EQ(camera_.frames_out(), 0) << "frame " << sequence;
    }
  }
  EXPECT_EQ(viewer_.sequences, due);
  EXPECT_EQ(channel_.counters().captured, 30u);
  EXPECT_EQ(channel_.counters().encoded, 10u);
  EXPECT_EQ(channel_.counters().replaced, 0u);
}

}  // namespace
}  // namespace freshframe
