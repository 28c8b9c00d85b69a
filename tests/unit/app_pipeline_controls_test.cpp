#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "app/pipeline.h"
#include "capture/pattern_source.h"

namespace freshframe {
namespace {

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
  PipelineControlsTest() {
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
        [this](std::optional<std::uint64_t> sequence) { answer_ = sequence; });
    ASSERT_TRUE(waiting);
    waiting_ = *waiting;
  }

  boost::asio::io_context loop_;
  Channel channel_{"front", "test pattern"};
  CountingViewer viewer_;
  /// Nothing: not answered yet.
  std::optional<std::optional<std::uint64_t>> answer_;
  CameraControls::Waiting waiting_;
  Pipeline pipeline_{loop_,
                     channel_,
                     make_pattern_source({.size = {128, 96}, .frames_per_second = 500}),
                     {.idle_grace = std::chrono::milliseconds(0)}};
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
