#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "app/pipeline.h"

namespace freshframe {
namespace {

using std::chrono::milliseconds;

/// What the test decides and what it learns of a FakeSource, which its pipeline owns and uses on
/// another thread. Thread-safe.
class FakeCamera {
 public:
  void refuse_to_start(std::string why, Failure::Kind kind = Failure::Kind::kUnavailable) {
    const std::lock_guard lock(mutex_);
    refusal_ = Failure{kind, std::move(why)};
  }
  void start_again() {
    const std::lock_guard lock(mutex_);
    refusal_.reset();
  }

  /// While it is set start() and stop() do not return.
  void set_hangs(bool hangs) {
    const std::lock_guard lock(mutex_);
    hangs_ = hangs;
    goes_on_.notify_all();
  }

  Result<StreamFormat> start(SourceEvents events) {
    std::unique_lock lock(mutex_);
    ++starts_;
    goes_on_.wait(lock, [&] { return !hangs_; });
    if (refusal_) {
      return *refusal_;
    }
    events_ = std::move(events);
    return StreamFormat{
        .width_px = 16, .height_px = 8, .frames_per_second = rate_, .format = format_};
  }
  void stop() {
    std::unique_lock lock(mutex_);
    ++stops_;
    goes_on_.wait(lock, [&] { return !hangs_; });
    events_.reset();
  }

  bool is_running() {
    const std::lock_guard lock(mutex_);
    return events_.has_value();
  }
  int starts() {
    const std::lock_guard lock(mutex_);
    return starts_;
  }
  int stops() {
    const std::lock_guard lock(mutex_);
    return stops_;
  }

  /// Frames that have not been given back.
  int frames_out() const { return frames_out_; }

  /// What the frames are said to be, before the first start.
  void set_format(PixelFormat format) { format_ = format; }

  /// How many frames a second it says to make, before the first start; 0: it does not say.
  void set_frames_per_second(double rate) { rate_ = rate; }

  /// When the frames that are delivered from now on were captured.
  void set_captured(UnixTime captured) { captured_ = captured; }

  /// A grey frame, or one whose plane is too small when `is_whole` is false.
  void deliver(std::uint64_t sequence, bool is_whole = true,
               std::optional<std::chrono::microseconds> exposure_time = std::nullopt) {
    struct Pixels final : FrameLease {
      explicit Pixels(std::atomic<int>& count) : out(count) { ++out; }
      ~Pixels() override { --out; }
      std::atomic<int>& out;
      std::array<std::byte, 16 * 8> grey{};
    };
    auto pixels = std::make_unique<Pixels>(frames_out_);
    const Plane plane{.bytes = std::span(pixels->grey).first(is_whole ? 128 : 17),
                      .stride_bytes = 16};
    FrameInfo info{.sequence = sequence,
                   .captured = captured_,
                   .width_px = 16,
                   .height_px = 8,
                   .format = format_,
                   .exposure_time = exposure_time};
    emit([&](SourceEvents& events) {
      events.on_frame(Frame(info, std::array{plane}, std::move(pixels)));
    });
  }
  void fail(const std::string& why) {
    emit([&](SourceEvents& events) {
      events.on_failure(Failure{Failure::Kind::kUnavailable, why});
    });
  }

 private:
  void emit(const std::function<void(SourceEvents&)>& action) {
    const std::lock_guard lock(mutex_);
    if (events_) {
      action(*events_);
    }
  }

  std::mutex mutex_;
  std::condition_variable goes_on_;
  bool hangs_ = false;
  std::optional<Failure> refusal_;
  std::optional<SourceEvents> events_;
  int starts_ = 0;
  int stops_ = 0;
  UnixTime captured_{};
  PixelFormat format_ = PixelFormat::kGrey8;
  double rate_ = 30;
  std::atomic<int> frames_out_{0};
};

class FakeSource final : public FrameSource {
 public:
  explicit FakeSource(FakeCamera& camera) : camera_(camera) {}
  Result<StreamFormat> start(SourceEvents events) override {
    return camera_.start(std::move(events));
  }
  void stop() override { camera_.stop(); }
  std::string description() const override { return "fake"; }
  std::vector<CameraControl> controls() override {
    return {{.name = "ExposureTime",
             .type = CameraControl::Type::kInteger,
             .minimum = std::int64_t{1},
             .maximum = std::int64_t{1'000'000'000}},
            {.name = "FrameRate",
             .type = CameraControl::Type::kNumber,
             .minimum = 0.001,
             .maximum = 60.0}};
  }

 private:
  FakeCamera& camera_;
};

class NotingViewer final : public Viewer {
 public:
  void on_picture(Channel& /*channel*/, const PicturePtr& picture) override {
    sequences.push_back(picture->sequence);
    newest = picture;
  }
  void on_status(Channel& /*channel*/, const CameraStatus& status) override {
    states.emplace_back(to_string(status.state));
    reason = status.reason;
  }

  std::vector<std::uint64_t> sequences;
  PicturePtr newest;
  std::vector<std::string> states;
  std::string reason;
};

class PipelineTest : public ::testing::Test {
 protected:
  void start_pipeline() {
    pipeline_.emplace(loop_, channel_, std::make_unique<FakeSource>(camera_), settings_);
  }
  void watch() { subscription_.emplace(channel_, viewer_, WireForm::kJson); }
  void leave() { subscription_.reset(); }

  void run_until(const std::function<bool()>& condition) {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), patience) << "what was waited for never came";
      loop_.restart();
      loop_.run_one_for(milliseconds(5));
    }
  }
  bool has_state(const std::string& state) const {
    return !viewer_.states.empty() && viewer_.states.back() == state;
  }
  void deliver_until_shown(std::uint64_t sequence) {
    run_until([&] { return camera_.is_running(); });
    camera_.deliver(sequence);
    run_until([&] { return !viewer_.sequences.empty() && viewer_.sequences.back() == sequence; });
  }

  void set(const ControlChanges& changes) {
    run_until([&] { return !channel_.controls().list().empty(); });
    ASSERT_TRUE(channel_.controls().change(changes, [](const CameraControls::Answer&) {}));
  }
  void wait_much_longer_than_2_ms() {
    const auto until = std::chrono::steady_clock::now() + milliseconds(100);
    run_until([&] { return std::chrono::steady_clock::now() >= until; });
  }

  /// Until a try has begun after a pause that is yet to come: the next one that is counted may be
  /// one whose pause was over before.
  void run_until_tried_again() {
    const int starts = camera_.starts();
    run_until([&] { return camera_.starts() >= starts + 2; });
  }

  boost::asio::io_context loop_;
  Channel channel_{"front", "fake"};
  NotingViewer viewer_;
  FakeCamera camera_;
  // Long enough that no test meets a limit that it did not set itself.
  PipelineSettings settings_{.idle_grace = milliseconds(0),
                             .stalled_after = std::chrono::minutes(5),
                             .restart_after = std::chrono::minutes(10),
                             .shortest_retry = milliseconds(1),
                             .longest_retry = milliseconds(2)};
  std::optional<Pipeline> pipeline_;
  std::optional<Subscription> subscription_;
};

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
