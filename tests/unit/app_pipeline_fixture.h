#pragma once

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

}  // namespace freshframe
