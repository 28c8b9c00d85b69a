#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "app/pipeline.h"
#include "capture/pattern_source.h"

namespace freshframe {
namespace {

std::unique_ptr<FrameSource> fast_pattern() {
  return make_pattern_source({.size = {128, 96}, .frames_per_second = 500});
}

/// The test pattern that offers its brightness only while it runs.
class ShySource final : public FrameSource {
 public:
  Result<StreamFormat> start(SourceEvents events) override {
    is_running_ = true;
    return pattern_->start(std::move(events));
  }
  void stop() override {
    is_running_ = false;
    pattern_->stop();
  }
  std::string description() const override { return pattern_->description(); }
  std::vector<CameraControl> controls() override {
    std::vector<CameraControl> all = pattern_->controls();
    if (!is_running_) {
      std::erase_if(all, [](const CameraControl& each) { return each.name == "Brightness"; });
    }
    return all;
  }
  void set_controls(const ControlSettings& settings, std::uint64_t revision) override {
    pattern_->set_controls(settings, revision);
  }

 private:
  const std::unique_ptr<FrameSource> pattern_ = fast_pattern();
  bool is_running_ = false;
};

class CountingViewer final : public Viewer {
 public:
  void on_picture(Channel& /*channel*/, const PicturePtr& picture) override {
    newest = picture->sequence;
  }
  void on_status(Channel& /*channel*/, const CameraStatus& /*status*/) override {}

  std::optional<std::uint64_t> newest;
};

/// The test pattern, which has controls, behind a pipeline.
class PipelineControlsTest : public ::testing::Test {
 protected:
  explicit PipelineControlsTest(std::unique_ptr<FrameSource> source = fast_pattern())
      : pipeline_(loop_, channel_, std::move(source),
                  {.idle_grace = std::chrono::milliseconds(0)}) {
    run_until([this] { return !channel_.controls().list().empty(); });
  }

  void run_until(const std::function<bool()>& condition) {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), patience) << "what was waited for never came";
      loop_.restart();
      loop_.run_one_for(std::chrono::milliseconds(5));
    }
  }

  void set_brightness(double brightness) {
    answer_.reset();
    auto waiting = channel_.controls().change(
        {{"Brightness", brightness}},
        [this](const CameraControls::Answer& answer) { answer_ = *answer; });
    ASSERT_TRUE(waiting);
    waiting_ = *waiting;
  }

  boost::asio::io_context loop_;
  Channel channel_{"front", "test pattern"};
  CountingViewer viewer_;
  /// Nothing: not answered yet.
  std::optional<std::optional<std::uint64_t>> answer_;
  CameraControls::Waiting waiting_;
  Pipeline pipeline_;
};

class ShyCameraTest : public PipelineControlsTest {
 protected:
  ShyCameraTest() : PipelineControlsTest(std::make_unique<ShySource>()) {}
};

TEST_F(PipelineControlsTest, WhatACameraHasIsKnownBeforeAnybodyWatches) {
  EXPECT_NE(find_control("Brightness", channel_.controls().list()), nullptr);
  EXPECT_EQ(channel_.counters().captured, 0u);
}

TEST_F(PipelineControlsTest, OfACameraThatRunsTheFirstFrameWithTheChangeIsTold) {
  std::optional<Subscription> watching(std::in_place, channel_, viewer_, WireForm::kJson);
  run_until([&] { return viewer_.newest.has_value(); });
  const std::uint64_t seen_before = *viewer_.newest;
  set_brightness(0.5);
  run_until([&] { return answer_.has_value(); });
  ASSERT_TRUE(answer_->has_value());
  EXPECT_GT(**answer_, seen_before);
  run_until([&] { return *viewer_.newest >= **answer_; });
}

TEST_F(ShyCameraTest, WhatACameraOffersOnlyOnceItRunsCanBePreset) {
  channel_.controls().preset({{"Brightness", 0.5}});
  std::optional<Subscription> watching(std::in_place, channel_, viewer_, WireForm::kJson);
  const auto brightness = [this] { return find_control("Brightness", channel_.controls().list()); };
  run_until([&] { return brightness() != nullptr; });
  EXPECT_EQ(channel_.controls().value_of(*brightness()), ControlValue(0.5));
  watching.reset();
  run_until([&] { return brightness() == nullptr; });
  watching.emplace(channel_, viewer_, WireForm::kJson);
  run_until([&] { return brightness() != nullptr; });
  EXPECT_EQ(channel_.controls().value_of(*brightness()), ControlValue(0.5));
}

TEST_F(PipelineControlsTest, OfACameraThatRestsNoFrameIsToldAndItIsNotStarted) {
  set_brightness(0.5);
  ASSERT_TRUE(answer_.has_value());
  EXPECT_EQ(*answer_, std::nullopt);
  EXPECT_EQ(channel_.counters().captured, 0u);
}

TEST_F(PipelineControlsTest, AfterTheLastViewerLeftItRestsAgain) {
  std::optional<Subscription> watching(std::in_place, channel_, viewer_, WireForm::kJson);
  run_until([&] { return viewer_.newest.has_value(); });
  watching.reset();
  run_until([&] {
    set_brightness(0.25);
    run_until([&] { return answer_.has_value(); });
    return !answer_->has_value();
  });
  EXPECT_EQ(channel_.controls().value_of(*find_control("Brightness", channel_.controls().list())),
            ControlValue(0.25));
}

}  // namespace
}  // namespace freshframe
