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
    controls_.on_set([this](const ControlSettings& settings, std::uint64_t revision) {
      settings_ = settings;
      set_ = values_of(settings);
      revision_ = revision;
    });
    controls_.set_list({brightness(), exposure()});
    controls_.on_news([this] { ++news_; });
  }

  /// Changes and waits; the answers come into `answers_`.
  void change(const ControlChanges& changes) {
    auto waiting = controls_.change(changes, [this](const CameraControls::Answer& answer) {
      if (answer) {
        answers_.push_back(*answer);
      } else {
        refusals_.push_back(answer.error());
      }
    });
    ASSERT_TRUE(waiting);
    waiting_.push_back(*waiting);
  }

  /// The camera has all that was set.
  ControlOutcome taken() const { return {.revision = revision_, .held = settings_}; }

  using Answers = std::vector<std::optional<std::uint64_t>>;

  CameraControls controls_;
  ControlSettings settings_;
  ControlValues set_;
  std::uint64_t revision_ = 0;
  int news_ = 0;
  Answers answers_;
  std::vector<RefusedChange> refusals_;
  std::vector<CameraControls::Waiting> waiting_;
};

TEST_F(CameraControlsTest, AChangeIsAnsweredWithTheFirstFrameThatHasIt) {
  controls_.set_running(true);
  change({{"Brightness", 0.5}});
  EXPECT_EQ(set_, (ControlValues{{"Brightness", 0.5}}));
  EXPECT_TRUE(answers_.empty());
  controls_.has_set(taken(), 17);
  EXPECT_EQ(answers_, Answers{17});
  controls_.has_set(taken(), 18);
  EXPECT_EQ(answers_.size(), 1u) << "once";
}

// The camera takes the newest only, and its frame has what was set before as well.
TEST_F(CameraControlsTest, AFrameOfANewerChangeAnswersTheOlderOnes) {
  controls_.set_running(true);
  change({{"Brightness", 0.5}});
  change({{"ExposureTime", std::int64_t{3}}});
  EXPECT_EQ(set_, (ControlValues{{"Brightness", 0.5}, {"ExposureTime", std::int64_t{3}}}));
  controls_.has_set(taken(), 20);
  EXPECT_EQ(answers_, (Answers{20, 20}));
}

TEST_F(CameraControlsTest, AnOlderChangesFrameDoesNotAnswerANewerOne) {
  controls_.set_running(true);
  change({{"Brightness", 0.5}});
  const ControlOutcome older = taken();
  change({{"Brightness", 0.6}});
  controls_.has_set(older, 5);
  EXPECT_EQ(answers_, Answers{5});
}

// No frame has its value, and none ever will.
TEST_F(CameraControlsTest, AChangeWhosePlaceALaterOneTakesNamesNoFrame) {
  controls_.set_running(true);
  change({{"Brightness", 0.5}});
  change({{"Brightness", 0.6}});
  controls_.has_set(taken(), 20);
  EXPECT_EQ(answers_, (Answers{std::nullopt, 20}));
}

TEST_F(CameraControlsTest, NorDoesOneOfWhichALaterOneTakesAPart) {
  controls_.set_running(true);
  change({{"Brightness", 0.5}, {"ExposureTime", std::int64_t{3}}});
  change({{"Brightness", 0.6}});
  controls_.has_set(taken(), 20);
  EXPECT_EQ(answers_, (Answers{std::nullopt, 20}));
  EXPECT_EQ(controls_.value_of(exposure()), ControlValue(std::int64_t{3}));
}

TEST_F(CameraControlsTest, ALaterChangeToTheSameTakesNothing) {
  controls_.set_running(true);
  change({{"Brightness", 0.5}});
  change({{"Brightness", 0.5}, {"ExposureTime", std::int64_t{3}}});
  controls_.has_set(taken(), 20);
  EXPECT_EQ(answers_, (Answers{20, 20}));
}

TEST_F(CameraControlsTest, AChangeWhosePlaceARefusedOneTookNamesNoFrame) {
  controls_.set_running(true);
  change({{"Brightness", 0.5}});
  change({{"Brightness", 0.6}});
  controls_.has_set({.revision = 2, .refused = {{"Brightness", 2}}}, 20);
  EXPECT_EQ(answers_, Answers{std::nullopt});
  EXPECT_EQ(refusals_.size(), 1u);
}

TEST_F(CameraControlsTest, ARefusalSaysWhatElseIsNotSet) {
  CameraControl contrast = brightness();
  contrast.name = "Contrast";
  controls_.set_list({brightness(), contrast, exposure()});
  controls_.set_running(true);
  change({{"Brightness", 0.5}, {"Contrast", 0.5}, {"ExposureTime", std::int64_t{3}}});
  change({{"Brightness", 0.6}});
  controls_.has_set({.revision = 2,
                     .held = {{"Brightness", {0.6, 2}}, {"Contrast", {0.5, 1}}},
                     .refused = {{"ExposureTime", 1}}},
                    20);
  ASSERT_EQ(refusals_.size(), 1u);
  EXPECT_TRUE(refusals_[0].reason.ends_with(
      "; a later change took the place of Brightness; the rest of the change is set"))
      << refusals_[0].reason;
  EXPECT_EQ(answers_, Answers{20});
}

TEST_F(CameraControlsTest, ARefusalClaimsNoRestWhereALaterChangeTookIt) {
  controls_.set_running(true);
  change({{"Brightness", 0.5}, {"ExposureTime", std::int64_t{3}}});
  change({{"Brightness", 0.6}});
  controls_.has_set(
      {.revision = 2, .held = {{"Brightness", {0.6, 2}}}, .refused = {{"ExposureTime", 1}}}, 20);
  ASSERT_EQ(refusals_.size(), 1u);
  EXPECT_TRUE(refusals_[0].reason.ends_with("; a later change took the place of Brightness"))
      << refusals_[0].reason;
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
  EXPECT_EQ(refused.error().cause, RefusedChange::Cause::kWrong);
  EXPECT_EQ(refused.error().reason, "ExposureTime must be a whole number from 1 to 9");
  EXPECT_EQ(news_, 0);
  EXPECT_EQ(controls_.value_of(brightness()), ControlValue(0.0));
  EXPECT_EQ(revision_, 0u);
}

TEST_F(CameraControlsTest, WhoSetsWhatTheCameraRefusesIsToldAndWhatItKeptIsShown) {
  controls_.set_running(true);
  change({{"ExposureTime", std::int64_t{3}}});
  controls_.has_set(taken(), 10);
  change({{"Brightness", 0.5}, {"ExposureTime", std::int64_t{9}}});
  const int news = news_;
  const auto unheard =
      controls_.has_set({.revision = 2,
                         .held = {{"Brightness", {0.5, 2}}, {"ExposureTime", {std::int64_t{3}, 1}}},
                         .refused = {{"ExposureTime", 2}}},
                        20);
  EXPECT_EQ(answers_, Answers{10});
  ASSERT_EQ(refusals_.size(), 1u);
  EXPECT_EQ(refusals_[0].cause, RefusedChange::Cause::kCamera);
  EXPECT_TRUE(refusals_[0].reason.starts_with("the camera refuses ExposureTime at this moment;"))
      << refusals_[0].reason;
  EXPECT_TRUE(refusals_[0].reason.ends_with("; the rest of the change is set"));
  EXPECT_TRUE(unheard.empty()) << "it was told";
  EXPECT_EQ(news_, news + 1);
  EXPECT_EQ(controls_.value_of(exposure()), ControlValue(std::int64_t{3}));
  EXPECT_EQ(controls_.value_of(brightness()), ControlValue(0.5));
  EXPECT_EQ(set_, (ControlValues{{"Brightness", 0.5}, {"ExposureTime", std::int64_t{3}}}))
      << "what the next start sets";
}

TEST_F(CameraControlsTest, WhatTheCameraNeverTookIsShownAsIfNobodyHadSetIt) {
  controls_.set_running(true);
  change({{"Brightness", 0.5}});
  controls_.has_set({.revision = 1, .refused = {{"Brightness", 1}}}, 20);
  EXPECT_EQ(controls_.value_of(brightness()), ControlValue(0.0));
  ASSERT_EQ(refusals_.size(), 1u);
  EXPECT_FALSE(refusals_[0].reason.ends_with("is set")) << "nothing else was asked for";
  EXPECT_TRUE(set_.empty());
}

// It is somebody else's mistake, and the camera has both from the same frame on.
TEST_F(CameraControlsTest, WhoSetsSomethingElseIsNotToldOfARefusal) {
  controls_.set_running(true);
  change({{"Brightness", 0.5}});
  change({{"ExposureTime", std::int64_t{9}}});
  controls_.has_set(
      {.revision = 2, .held = {{"Brightness", {0.5, 1}}}, .refused = {{"ExposureTime", 2}}}, 20);
  EXPECT_EQ(answers_, Answers{20});
  EXPECT_EQ(refusals_.size(), 1u);
}

TEST_F(CameraControlsTest, ARefusalDoesNotTakeBackWhatWasSetSince) {
  controls_.set_running(true);
  change({{"Brightness", 0.5}});
  change({{"Brightness", 0.6}});
  controls_.has_set({.revision = 1, .refused = {{"Brightness", 1}}}, 20);
  EXPECT_EQ(refusals_.size(), 1u);
  EXPECT_EQ(controls_.value_of(brightness()), ControlValue(0.6));
  controls_.has_set(taken(), 21);
  EXPECT_EQ(answers_, Answers{21});
}

// At a start nobody waits.
TEST_F(CameraControlsTest, WhatIsRefusedAndNobodyWaitsForIsReturned) {
  controls_.preset({{"Brightness", 0.5}, {"ExposureTime", std::int64_t{9}}});
  controls_.set_running(true);
  const auto unheard =
      controls_.has_set({.revision = 1, .refused = {{"Brightness", 1}, {"ExposureTime", 1}}}, 1);
  ASSERT_EQ(unheard.size(), 2u);
  EXPECT_EQ(unheard[1].name, "ExposureTime");
  EXPECT_TRUE(unheard[1].reason.starts_with("the camera refuses ExposureTime at this moment;"));
}

/// The camera took an exposure time of 3, rests, and is started with one of 9 and a brightness.
class RestedCameraTest : public CameraControlsTest {
 protected:
  RestedCameraTest() {
    controls_.set_running(true);
    change({{"ExposureTime", std::int64_t{3}}});
    controls_.has_set(taken(), 10);
    controls_.set_running(false);
    change({{"Brightness", 0.5}, {"ExposureTime", std::int64_t{9}}});
    controls_.set_list({brightness(), exposure()});
    controls_.set_running(true);
  }

  /// It refuses the exposure time that it is to have. What nobody waits for.
  std::vector<RefusedControl> refuse_exposure() {
    return controls_.has_set({.revision = revision_,
                              .held = {{"Brightness", settings_["Brightness"]}},
                              .refused = {{"ExposureTime", settings_["ExposureTime"].revision}}},
                             20);
  }
};

TEST_F(RestedCameraTest, WhatIsRefusedAtTheStartFallsBackToWhatTheCameraTookLast) {
  const int news = news_;
  const std::uint64_t revision = revision_;
  EXPECT_EQ(refuse_exposure().size(), 1u) << "the log tells of it";
  EXPECT_EQ(controls_.value_of(exposure()), ControlValue(std::int64_t{3}));
  EXPECT_EQ(news_, news + 1);
  EXPECT_EQ(settings_,
            (ControlSettings{{"Brightness", {0.5, 2}}, {"ExposureTime", {std::int64_t{3}, 3}}}))
      << "it goes to the camera, and the other one not again";
  EXPECT_EQ(revision_, revision + 1);
}

// An automatic may rule it now, and not at the next start.
TEST_F(RestedCameraTest, WhatItTookLastIsKeptWhenItIsRefusedAsWellAndNotTriedForEver) {
  refuse_exposure();
  const std::uint64_t revision = revision_;
  const int news = news_;
  EXPECT_EQ(refuse_exposure().size(), 1u);
  EXPECT_EQ(controls_.value_of(exposure()), ControlValue(std::int64_t{3}));
  EXPECT_EQ(revision_, revision) << "nothing goes to the camera";
  EXPECT_EQ(news_, news);
}

TEST_F(RestedCameraTest, WhatItNeverTookIsNothingToFallBackTo) {
  controls_.has_set({.revision = revision_,
                     .held = {{"ExposureTime", settings_["ExposureTime"]}},
                     .refused = {{"Brightness", 2}}},
                    20);
  EXPECT_EQ(set_, (ControlValues{{"ExposureTime", std::int64_t{9}}}));
}

TEST_F(RestedCameraTest, WhatItTakesInThisRunComesBeforeWhatItTookInAnother) {
  controls_.has_set(taken(), 20);
  change({{"ExposureTime", std::int64_t{5}}});
  controls_.has_set({.revision = revision_,
                     .held = {{"ExposureTime", {std::int64_t{9}, 2}}},
                     .refused = {{"ExposureTime", revision_}}},
                    21);
  EXPECT_EQ(settings_["ExposureTime"], (ControlSetting{std::int64_t{9}, 2}))
      << "the camera has it, and it does not go again";
}

TEST_F(RestedCameraTest, WhatItTookIsRememberedThoughALaterChangeWaited) {
  change({{"ExposureTime", std::int64_t{5}}});
  const ControlOutcome older = taken();
  change({{"ExposureTime", std::int64_t{6}}});
  controls_.has_set(older, 20);
  controls_.set_running(false);
  controls_.set_running(true);
  refuse_exposure();
  EXPECT_EQ(controls_.value_of(exposure()), ControlValue(std::int64_t{5}));
}

TEST_F(RestedCameraTest, WhatAnotherCameraTookThatWasInItsPlaceIsNotFallenBackTo) {
  CameraControl longer = exposure();
  longer.maximum = std::int64_t{90};
  controls_.set_list({brightness(), longer});
  refuse_exposure();
  EXPECT_EQ(set_, (ControlValues{{"Brightness", 0.5}}));
}

TEST_F(CameraControlsTest, WhoHasGoneIsNotTold) {
  controls_.set_running(true);
  change({{"Brightness", 0.5}});
  waiting_.clear();
  controls_.has_set(taken(), 3);
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
  EXPECT_EQ(refused.error().cause, RefusedChange::Cause::kTooManyWait);
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
