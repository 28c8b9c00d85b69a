#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

#include "app_pipeline_fixture.h"

namespace freshframe {
namespace {

TEST_F(PipelineTest, ACameraThatCannotBeOpenedIsTriedAgainUntilItCan) {
  camera_.refuse_to_start("it is busy");
  start_pipeline();
  watch();
  run_until([&] { return camera_.starts() >= 3; });
  run_until([&] { return has_state("lost"); });
  EXPECT_EQ(viewer_.reason, "it is busy");
  camera_.start_again();
  deliver_until_shown(1);
  EXPECT_TRUE(has_state("live"));
}

// It has a pause of its own; with the others this test would not end.
TEST_F(PipelineTest, ACameraThatCannotDoWhatIsAskedIsTriedAgainAfterAPauseOfItsOwn) {
  settings_.shortest_retry = settings_.longest_retry = std::chrono::minutes(5);
  settings_.misconfigured_retry = milliseconds(1);
  camera_.refuse_to_start("it has no 1x1", Failure::Kind::kMisconfigured);
  start_pipeline();
  watch();
  run_until([&] { return camera_.starts() >= 3 && has_state("lost"); });
  EXPECT_EQ(viewer_.reason, "it has no 1x1");
}

TEST_F(PipelineTest, ACameraThatIsPulledOutIsLostAndComesBack) {
  start_pipeline();
  watch();
  deliver_until_shown(1);
  camera_.refuse_to_start("nothing is plugged in");
  camera_.fail("it was unplugged");
  run_until([&] { return has_state("lost") && viewer_.reason == "nothing is plugged in"; });
  camera_.start_again();
  deliver_until_shown(2);
  EXPECT_TRUE(has_state("live"));
}

// Twenty doublings of the pause would be a quarter of an hour.
TEST_F(PipelineTest, ACameraThatGavePicturesIsTriedAgainSoonHoweverOftenItFailed) {
  settings_.longest_retry = std::chrono::hours(1);
  start_pipeline();
  watch();
  for (std::uint64_t sequence = 1; sequence <= 20; ++sequence) {
    deliver_until_shown(sequence);
    camera_.fail("it was unplugged");
    run_until([&] { return camera_.stops() == static_cast<int>(sequence); });
    ASSERT_FALSE(HasFailure());
  }
}

// A page that is loaded again and again must not open a broken camera again and again.
TEST_F(PipelineTest, WhoeverComesAndGoesTheCameraHasItsPause) {
  settings_.shortest_retry = std::chrono::minutes(5);
  camera_.refuse_to_start("it is busy");
  start_pipeline();
  watch();
  run_until([&] { return has_state("lost"); });
  for (int i = 0; i < 100; ++i) {
    leave();
    loop_.restart();
    loop_.poll();
    watch();
    EXPECT_TRUE(has_state("lost")) << "who comes meets the reason";
  }
  pipeline_->request_stop();
  EXPECT_TRUE(pipeline_->wait_until_closed(std::chrono::steady_clock::time_point::max()));
  EXPECT_EQ(camera_.starts(), 1);
}

TEST_F(PipelineTest, NobodyWatchingALostCameraMeansNobodyTriesIt) {
  camera_.refuse_to_start("it is busy");
  start_pipeline();
  watch();
  run_until([&] { return has_state("lost"); });
  leave();
  run_until([&] { return channel_.status().state == CameraState::kIdle; });
  const int starts = camera_.starts();
  watch();
  run_until([&] { return has_state("lost"); });
  EXPECT_GT(camera_.starts(), starts);
}

// What the watchdog goes by. It must not end a server for a camera that is away or frozen, which
// trying again cures as well as a new process would; a driver that hangs it must.
TEST_F(PipelineTest, ADriverThatHangsInOpeningHasNotMoved) {
  camera_.set_hangs(true);
  start_pipeline();
  watch();
  run_until([&] { return camera_.starts() == 1; });
  PulseWatch pulse(pipeline_->pulse());
  EXPECT_FALSE(pulse.has_moved());
  EXPECT_FALSE(pulse.has_moved());
  camera_.set_hangs(false);
  run_until([&] { return pulse.has_moved(); });
}

TEST_F(PipelineTest, ADriverThatHangsInClosingHasNotMoved) {
  start_pipeline();
  watch();
  deliver_until_shown(1);
  camera_.set_hangs(true);
  camera_.fail("it was unplugged");
  run_until([&] { return camera_.stops() == 1; });
  PulseWatch pulse(pipeline_->pulse());
  EXPECT_FALSE(pulse.has_moved());
  camera_.set_hangs(false);
  run_until([&] { return pulse.has_moved(); });
}

TEST_F(PipelineTest, ACameraThatIsAwayMovesWithEachTry) {
  camera_.refuse_to_start("nothing is plugged in");
  start_pipeline();
  watch();
  PulseWatch pulse(pipeline_->pulse());
  for (int looks = 0; looks < 10; ++looks) {
    run_until_tried_again();
    ASSERT_TRUE(pulse.has_moved());
  }
}

TEST_F(PipelineTest, ACameraThatIsAwayMovesInThePauseBetweenTries) {
  settings_.shortest_retry = std::chrono::minutes(5);
  camera_.refuse_to_start("nothing is plugged in");
  start_pipeline();
  watch();
  run_until([&] { return has_state("lost"); });
  PulseWatch pulse(pipeline_->pulse());
  run_until([&] { return pulse.has_moved() && pulse.has_moved() && pulse.has_moved(); });
}

TEST_F(PipelineTest, ACameraThatFreezesMovesWhileItIsOpenedAgainAndAgain) {
  settings_.stalled_after = milliseconds(1);
  settings_.restart_after = milliseconds(2);
  start_pipeline();
  watch();
  PulseWatch pulse(pipeline_->pulse());
  for (int looks = 0; looks < 3; ++looks) {
    run_until_tried_again();
    ASSERT_TRUE(pulse.has_moved());
  }
}

TEST_F(PipelineTest, ACameraThatIsAlwaysOnMovesWithoutAnyViewer) {
  settings_.always_on = true;
  start_pipeline();
  run_until([&] { return camera_.is_running(); });
  PulseWatch pulse(pipeline_->pulse());
  run_until([&] { return pulse.has_moved() && pulse.has_moved() && pulse.has_moved(); });
}

TEST_F(PipelineTest, ACameraThatNobodyWatchesMovesWithoutDoingAnything) {
  start_pipeline();
  PulseWatch pulse(pipeline_->pulse());
  run_until([&] { return pulse.has_moved() && pulse.has_moved() && pulse.has_moved(); });
  EXPECT_EQ(camera_.starts(), 0);
}

TEST_F(PipelineTest, ACameraThatFreezesIsStalledAndThenOpenedAgain) {
  settings_.stalled_after = milliseconds(1);
  settings_.restart_after = milliseconds(2);
  start_pipeline();
  watch();
  run_until([&] { return has_state("stalled"); });
  EXPECT_NE(viewer_.reason.find("sends no frames"), std::string::npos) << viewer_.reason;
  run_until([&] { return camera_.starts() >= 2; });
  deliver_until_shown(1);
  EXPECT_NE(std::find(viewer_.states.begin(), viewer_.states.end(), "live"), viewer_.states.end());
}

TEST_F(PipelineTest, BrokenFramesAreCountedAndTheStreamLivesOn) {
  start_pipeline();
  watch();
  run_until([&] { return camera_.is_running(); });
  camera_.deliver(1, /*is_whole=*/false);
  run_until([&] { return channel_.counters().dropped_for(EncodeError::kWrongShape) == 1; });
  deliver_until_shown(2);
  EXPECT_EQ(viewer_.sequences, std::vector<std::uint64_t>{2});
}

TEST_F(PipelineTest, ACameraThatSendsFramesOfAnotherSizeIsStalledWithThatReason) {
  settings_.stalled_after = milliseconds(200);
  start_pipeline();
  watch();
  run_until([&] {
    camera_.deliver(1, /*is_whole=*/false);
    return has_state("stalled");
  });
  EXPECT_NE(viewer_.reason.find("of another size than it said"), std::string::npos)
      << viewer_.reason;
}

TEST_F(PipelineTest, ACameraThatSendsOnlyRubbishIsStalledWithThatReason) {
  settings_.stalled_after = milliseconds(200);
  camera_.set_format(PixelFormat::kMjpeg);
  start_pipeline();
  watch();
  run_until([&] {
    camera_.deliver(1);  // grey is no JPEG
    return has_state("stalled");
  });
  EXPECT_NE(viewer_.reason.find("none of them holds a whole picture"), std::string::npos)
      << viewer_.reason;
}

// It makes 30 frames a second, of which one in 100 s is wanted: nothing is wrong in between.
TEST_F(PipelineTest, ACameraWhoseFramesAreMostlyNotWantedIsNotStalled) {
  settings_.most_frames_per_second = 0.01;
  settings_.stalled_after = milliseconds(1);
  settings_.restart_after = milliseconds(2);
  start_pipeline();
  watch();
  deliver_until_shown(1);
  // By its own 30 frames a second it would be stalled after five intervals, which are 167 ms: that
  // long, and frames that are not due come all the while.
  const auto until = std::chrono::steady_clock::now() + milliseconds(400);
  run_until([&] {
    camera_.deliver(2);
    return std::chrono::steady_clock::now() >= until;
  });
  EXPECT_EQ(std::count(viewer_.states.begin(), viewer_.states.end(), "stalled"), 0);
  EXPECT_EQ(camera_.starts(), 1);
}

// One that makes a frame in 100 s, where by the settings of this test it would have hung in 2 ms.
TEST_F(PipelineTest, ACameraThatIsSetToFewFramesIsNotStalledAlsoWhenItIsOpenedAgain) {
  camera_.set_frames_per_second(0);
  settings_.stalled_after = milliseconds(1);
  settings_.restart_after = milliseconds(2);
  start_pipeline();
  set({{"FrameRate", 0.01}});
  watch();
  for (int starts = 1; starts <= 2; ++starts) {
    deliver_until_shown(static_cast<std::uint64_t>(starts));
    wait_much_longer_than_2_ms();
    EXPECT_EQ(std::count(viewer_.states.begin(), viewer_.states.end(), "stalled"), 0);
    EXPECT_EQ(camera_.starts(), starts);
    camera_.fail("it was unplugged");
    run_until([&] { return camera_.starts() > starts; });
  }
}

TEST_F(PipelineTest, ACameraThatIsSetToALongExposureWhileItRunsIsNotStalledFromThenOn) {
  camera_.set_frames_per_second(0);
  settings_.stalled_after = milliseconds(1);
  start_pipeline();
  watch();
  run_until([&] { return has_state("stalled"); });
  set({{"ExposureTime", std::int64_t{100'000'000}}});
  deliver_until_shown(1);
  wait_much_longer_than_2_ms();
  EXPECT_TRUE(has_state("live")) << viewer_.reason;
}

// A driver that hangs must not keep the process from ending.
TEST_F(PipelineTest, WaitingForACameraThatHangsInClosingHasAnEnd) {
  start_pipeline();
  watch();
  deliver_until_shown(1);
  camera_.set_hangs(true);
  pipeline_->request_stop();
  EXPECT_FALSE(pipeline_->wait_until_closed(std::chrono::steady_clock::now() + milliseconds(20)));
  camera_.set_hangs(false);
  EXPECT_TRUE(pipeline_->wait_until_closed(std::chrono::steady_clock::time_point::max()));
  EXPECT_EQ(camera_.stops(), 1);
}

TEST_F(PipelineTest, WaitingForACameraThatHangsInOpeningHasAnEnd) {
  camera_.set_hangs(true);
  start_pipeline();
  watch();
  run_until([&] { return camera_.starts() == 1; });
  pipeline_->request_stop();
  EXPECT_FALSE(pipeline_->wait_until_closed(std::chrono::steady_clock::now() + milliseconds(20)));
  camera_.set_hangs(false);
  EXPECT_TRUE(pipeline_->wait_until_closed(std::chrono::steady_clock::time_point::max()));
}

TEST_F(PipelineTest, StoppingClosesTheCamera) {
  start_pipeline();
  watch();
  deliver_until_shown(1);
  leave();
  pipeline_.reset();
  EXPECT_EQ(camera_.stops(), 1);
  EXPECT_FALSE(camera_.is_running());
}

}  // namespace
}  // namespace freshframe
