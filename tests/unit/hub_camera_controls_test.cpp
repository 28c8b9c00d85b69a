#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hub/camera_controls.h"

namespace freshframe {
namespace {

using Type = CameraControl::Type;

CameraControl brightness() {
  return {.name = "Brightness",
          .type = Type::kNumber,
          .minimum = -1.0,
          .maximum = 1.0,
          .default_value = 0.0};
}
CameraControl exposure() {
  return {.name = "ExposureTime",
          .type = Type::kInteger,
          .minimum = std::int64_t{1},
          .maximum = std::int64_t{9}};
}

class CameraControlsTest : public ::testing::Test {
 protected:
  CameraControlsTest() {
    controls_.on_set([this](const ControlValues& values, std::uint64_t revision) {
      set_ = values;
      revision_ = revision;
    });
    controls_.set_list({brightness(), exposure()});
    controls_.on_news([this] { ++news_; });
  }

  /// Changes and waits; the answers come into `answers_`.
  void change(const ControlChanges& changes) {
    auto waiting = controls_.change(
        changes, [this](std::optional<std::uint64_t> sequence) { answers_.push_back(sequence); });
    ASSERT_TRUE(waiting);
    waiting_.push_back(*waiting);
  }

  using Answers = std::vector<std::optional<std::uint64_t>>;

  CameraControls controls_;
  ControlValues set_;
  std::uint64_t revision_ = 0;
  int news_ = 0;
  Answers answers_;
  std::vector<CameraControls::Waiting> waiting_;
};

TEST_F(CameraControlsTest, AChangeIsAnsweredWithTheFirstFrameThatHasIt) {
  controls_.set_running(true);
  change({{"Brightness", 0.5}});
  EXPECT_EQ(set_, (ControlValues{{"Brightness", 0.5}}));
  EXPECT_TRUE(answers_.empty());
  controls_.has_set(revision_, 17);
  EXPECT_EQ(answers_, Answers{17});
  controls_.has_set(revision_, 18);
  EXPECT_EQ(answers_.size(), 1u) << "once";
}

// The camera takes the newest only, and its frame has what was set before as well.
TEST_F(CameraControlsTest, AFrameOfANewerChangeAnswersTheOlderOnes) {
  controls_.set_running(true);
  change({{"Brightness", 0.5}});
  change({{"ExposureTime", std::int64_t{3}}});
  EXPECT_EQ(set_, (ControlValues{{"Brightness", 0.5}, {"ExposureTime", std::int64_t{3}}}));
  controls_.has_set(revision_, 20);
  EXPECT_EQ(answers_, (Answers{20, 20}));
}

TEST_F(CameraControlsTest, AnOlderChangesFrameDoesNotAnswerANewerOne) {
  controls_.set_running(true);
  change({{"Brightness", 0.5}});
  const std::uint64_t older = revision_;
  change({{"Brightness", 0.6}});
  controls_.has_set(older, 5);
  EXPECT_EQ(answers_, Answers{5});
}

TEST_F(CameraControlsTest, OfACameraThatRestsItIsKeptAndAnsweredAtOnce) {
  change({{"Brightness", 0.5}});
  EXPECT_EQ(answers_, Answers{std::nullopt});
  EXPECT_EQ(set_.size(), 1u);
  EXPECT_EQ(controls_.value_of(brightness()), ControlValue(0.5));
}

TEST_F(CameraControlsTest, ACameraThatStopsLeavesNobodyWaiting) {
  controls_.set_running(true);
  change({{"Brightness", 0.5}});
  controls_.set_running(false);
  EXPECT_EQ(answers_, Answers{std::nullopt});
}

TEST_F(CameraControlsTest, OneThatIsWrongKeepsAllFromBeingSet) {
  const auto refused =
      controls_.change({{"Brightness", 0.5}, {"ExposureTime", std::int64_t{10}}}, [](auto) {});
  ASSERT_FALSE(refused);
  EXPECT_FALSE(refused.error().is_too_many);
  EXPECT_EQ(refused.error().reason, "ExposureTime must be a whole number from 1 to 9");
  EXPECT_EQ(news_, 0);
  EXPECT_EQ(controls_.value_of(brightness()), ControlValue(0.0));
  EXPECT_EQ(revision_, 0u);
}

TEST_F(CameraControlsTest, WhoHasGoneIsNotTold) {
  controls_.set_running(true);
  change({{"Brightness", 0.5}});
  waiting_.clear();
  controls_.has_set(revision_, 3);
  EXPECT_TRUE(answers_.empty());
}

TEST_F(CameraControlsTest, WhatAnotherCameraInItsPlaceDoesNotHaveIsForgotten) {
  change({{"Brightness", 0.5}, {"ExposureTime", std::int64_t{3}}});
  const auto forgotten = controls_.set_list({brightness()});
  EXPECT_EQ(set_, (ControlValues{{"Brightness", 0.5}}));
  ASSERT_EQ(forgotten.size(), 1u);
  EXPECT_EQ(forgotten[0].name, "ExposureTime");
}

// A Raspberry Pi's limits depend on the mode in which its sensor is started.
TEST_F(CameraControlsTest, WhatDoesNotFitBeforeAStartMayFitBehindIt) {
  controls_.preset({{"Brightness", std::int64_t{1}}, {"ExposureTime", std::int64_t{20}}});
  controls_.foresee_list({brightness(), exposure()});
  EXPECT_EQ(set_, (ControlValues{{"Brightness", 1.0}, {"ExposureTime", std::int64_t{20}}}))
      << "what fits is in its control's own type for the first frame";
  CameraControl longer = exposure();
  longer.maximum = std::int64_t{90};
  EXPECT_TRUE(controls_.set_list({brightness(), longer}).empty());
  EXPECT_EQ(controls_.value_of(longer), ControlValue(std::int64_t{20}));
  controls_.foresee_list({brightness(), exposure()});
  EXPECT_EQ(controls_.value_of(longer), ControlValue(std::int64_t{20})) << "after a stop as well";
}

TEST_F(CameraControlsTest, AListThatIsForeseenIsNewsAsAnyOther) {
  controls_.foresee_list({brightness()});
  EXPECT_EQ(news_, 1);
  controls_.foresee_list({brightness()});
  EXPECT_EQ(news_, 1);
}

TEST_F(CameraControlsTest, APresetHoldsAsFarAsTheCameraHasIt) {
  controls_.preset({{"Brightness", std::int64_t{1}}, {"Zoom", 2.0}});
  const auto forgotten = controls_.set_list({brightness(), exposure()});
  EXPECT_EQ(set_, (ControlValues{{"Brightness", 1.0}})) << "in the control's own type";
  ASSERT_EQ(forgotten.size(), 1u);
  EXPECT_EQ(forgotten[0].name, "Zoom");
  const std::uint64_t revision = revision_;
  controls_.set_list({brightness(), exposure()});
  EXPECT_EQ(revision_, revision) << "nothing has changed";
}

// However many ask, and however long the camera gives no frame.
TEST_F(CameraControlsTest, OnlySoManyMayWait) {
  controls_.set_running(true);
  for (std::size_t i = 0; i < CameraControls::kMostWaiting; ++i) {
    change({{"Brightness", 0.5}});
  }
  const std::uint64_t revision = revision_;
  const auto refused = controls_.change({{"Brightness", 0.6}}, [](auto) {});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is_too_many);
  EXPECT_EQ(revision_, revision) << "nothing was set";
  waiting_.pop_back();
  change({{"Brightness", 0.6}});
}

TEST_F(CameraControlsTest, WhatChangesIsNewsAndWhatDoesNotIsNone) {
  change({{"Brightness", 0.5}});
  EXPECT_EQ(news_, 1);
  controls_.set_list({brightness(), exposure()});
  EXPECT_EQ(news_, 1);
  controls_.set_list({brightness()});
  EXPECT_EQ(news_, 2);
}

TEST_F(CameraControlsTest, WithoutADefaultNobodyKnowsWhatItIs) {
  EXPECT_EQ(controls_.value_of(exposure()), std::nullopt);
}

}  // namespace
}  // namespace freshframe
