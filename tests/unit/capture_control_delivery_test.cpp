#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "capture/control_delivery.h"

namespace freshframe {
namespace {

/// A camera that refuses some controls whenever they come, alone or with others.
class ControlDeliveryTest : public ::testing::Test {
 protected:
  /// Somebody sets these.
  void set(const ControlValues& values) {
    ++revision_;
    for (const auto& [name, value] : values) {
      settings_[name] = {value, revision_};
    }
    delivery_.want({settings_, revision_});
  }

  /// The next request goes to the camera and comes back.
  std::optional<ControlOutcome> send_one() {
    const auto brought = delivery_.next();
    if (!brought) {
      return std::nullopt;
    }
    ++requests_;
    for (const auto& [name, value] : *brought) {
      if (refused_.contains(name)) {
        EXPECT_TRUE(delivery_.cancelled());
        return delivery_.completed();
      }
    }
    for (const auto& [name, value] : *brought) {
      has_[name] = value;
    }
    return delivery_.completed();
  }

  ControlOutcome send_until_told() {
    for (int i = 0; i < 100; ++i) {
      if (auto outcome = send_one()) {
        return *std::move(outcome);
      }
    }
    ADD_FAILURE() << "it never ends";
    return {};
  }

  ControlDelivery delivery_;
  ControlSettings settings_;
  std::uint64_t revision_ = 0;
  std::set<std::string> refused_;
  ControlValues has_;
  int requests_ = 0;
};

TEST_F(ControlDeliveryTest, WhatIsSetGoesWithOneRequest) {
  EXPECT_EQ(delivery_.next(), std::nullopt);
  set({{"Brightness", 0.5}, {"Contrast", 2.0}});
  EXPECT_EQ(send_until_told(), (ControlOutcome{.revision = 1, .held = settings_}));
  EXPECT_EQ(has_, (ControlValues{{"Brightness", 0.5}, {"Contrast", 2.0}}));
  EXPECT_EQ(delivery_.next(), std::nullopt);
}

TEST_F(ControlDeliveryTest, OnlyWhatWasSetSinceGoesWithTheNext) {
  set({{"Brightness", 0.5}, {"Contrast", 2.0}});
  send_until_told();
  set({{"Contrast", 3.0}});
  EXPECT_EQ(delivery_.next(), (ControlValues{{"Contrast", 3.0}}));
}

// An automatic of the camera's may have changed it meanwhile.
TEST_F(ControlDeliveryTest, WhatIsSetToTheSameValueAgainGoesAgain) {
  set({{"ExposureTime", std::int64_t{5}}});
  send_until_told();
  set({{"ExposureTime", std::int64_t{5}}});
  EXPECT_EQ(delivery_.next(), (ControlValues{{"ExposureTime", std::int64_t{5}}}));
}

TEST_F(ControlDeliveryTest, OneRequestAtATimeBringsSomethingAndTheNextOnlyTheNewest) {
  set({{"Brightness", 0.5}});
  ASSERT_TRUE(delivery_.next());
  set({{"Brightness", 0.6}});
  set({{"Brightness", 0.7}});
  EXPECT_EQ(delivery_.next(), std::nullopt);
  EXPECT_EQ(delivery_.completed(),
            (ControlOutcome{.revision = 1, .held = {{"Brightness", {0.5, 1}}}}));
  EXPECT_EQ(delivery_.next(), (ControlValues{{"Brightness", 0.7}}));
  EXPECT_EQ(delivery_.completed(),
            (ControlOutcome{.revision = 3, .held = {{"Brightness", {0.7, 3}}}}));
}

// Somebody waits for the answer.
TEST_F(ControlDeliveryTest, AChangeOfNothingIsToldAsWell) {
  set({});
  EXPECT_EQ(delivery_.next(), ControlValues());
  EXPECT_EQ(delivery_.completed(), (ControlOutcome{.revision = 1}));
}

TEST_F(ControlDeliveryTest, OneThatIsRefusedIsToldWithWhatTheCameraKept) {
  set({{"ExposureTime", std::int64_t{5}}});
  send_until_told();
  refused_ = {"ExposureTime"};
  set({{"ExposureTime", std::int64_t{9}}});
  const ControlOutcome outcome = send_until_told();
  ASSERT_EQ(outcome.refused.size(), 1u);
  EXPECT_EQ(outcome.refused[0], (RefusedSetting{.name = "ExposureTime", .revision = 2}));
  EXPECT_EQ(outcome.held, (ControlSettings{{"ExposureTime", {std::int64_t{5}, 1}}}));
  EXPECT_EQ(requests_, 3) << "once more, for it may have been the buffer";
  EXPECT_EQ(delivery_.next(), std::nullopt) << "nor is it tried for ever";
}

TEST_F(ControlDeliveryTest, WhatTheCameraNeverTookItKeepsAsNobodyKnows) {
  refused_ = {"ExposureTime"};
  set({{"ExposureTime", std::int64_t{9}}});
  EXPECT_EQ(send_until_told(), (ControlOutcome{.revision = 1, .refused = {{"ExposureTime", 1}}}));
}

TEST_F(ControlDeliveryTest, OfSeveralOnlyTheRefusedOnesAreNotSet) {
  refused_ = {"B", "D"};
  set({{"A", true}, {"B", true}, {"C", true}, {"D", true}});
  const ControlOutcome outcome = send_until_told();
  EXPECT_EQ(has_, (ControlValues{{"A", true}, {"C", true}}));
  EXPECT_EQ(outcome.revision, 1u);
  ASSERT_EQ(outcome.refused.size(), 2u);
  EXPECT_NE(outcome.refused[0].name, outcome.refused[1].name);
  for (const RefusedSetting& refused : outcome.refused) {
    EXPECT_TRUE(refused_.contains(refused.name)) << refused.name;
  }
}

TEST_F(ControlDeliveryTest, ARefusalIsForgottenWhenItIsSetAgain) {
  refused_ = {"ExposureTime"};
  set({{"ExposureTime", std::int64_t{9}}});
  send_until_told();
  set({{"Brightness", 0.5}});
  EXPECT_TRUE(send_until_told().refused.empty()) << "what was refused does not go with it";
  refused_.clear();
  set({{"ExposureTime", std::int64_t{9}}});
  EXPECT_EQ(send_until_told(), (ControlOutcome{.revision = 3, .held = settings_}));
  EXPECT_EQ(has_["ExposureTime"], ControlValue(std::int64_t{9}));
}

// The order of the names is not the order in which a camera takes them.
TEST_F(ControlDeliveryTest, AnAutomaticThatIsTurnedOffInTheSameChangeMakesWay) {
  set({{"ExposureTime", std::int64_t{9}}, {"ExposureTimeMode", "Manual"}});
  ASSERT_TRUE(delivery_.next());
  ASSERT_TRUE(delivery_.cancelled());
  EXPECT_EQ(delivery_.completed(), std::nullopt);
  EXPECT_EQ(delivery_.next(), (ControlValues{{"ExposureTime", std::int64_t{9}}}));
  ASSERT_TRUE(delivery_.cancelled());
  EXPECT_EQ(delivery_.completed(), std::nullopt);
  EXPECT_EQ(delivery_.next(), (ControlValues{{"ExposureTimeMode", "Manual"}}));
  EXPECT_EQ(delivery_.completed(), std::nullopt);
  EXPECT_EQ(delivery_.next(), (ControlValues{{"ExposureTime", std::int64_t{9}}}));
  EXPECT_EQ(delivery_.completed(), (ControlOutcome{.revision = 1, .held = settings_}));
}

TEST_F(ControlDeliveryTest, WhatIsSetWhileItIsFoundOutWhatWasRefusedGoesBehindIt) {
  refused_ = {"B"};
  set({{"A", true}, {"B", true}});
  send_one();
  set({{"A", false}});
  EXPECT_EQ(send_until_told().revision, 1u);
  EXPECT_EQ(delivery_.next(), (ControlValues{{"A", false}}));
  EXPECT_EQ(delivery_.completed(), (ControlOutcome{.revision = 2, .held = {{"A", {false, 2}}}}));
}

// An unplug cancels requests, whatever they bring. Nothing is refused by that.
TEST_F(ControlDeliveryTest, ARequestThatIsCancelledWithoutControlsTooIsLostAndWhatItBroughtIsNot) {
  set({{"Brightness", 0.5}});
  ASSERT_TRUE(delivery_.next());
  EXPECT_TRUE(delivery_.cancelled());
  EXPECT_EQ(delivery_.next(), std::nullopt);
  EXPECT_FALSE(delivery_.cancelled());
  EXPECT_EQ(delivery_.next(), (ControlValues{{"Brightness", 0.5}}));
  EXPECT_EQ(delivery_.completed(), (ControlOutcome{.revision = 1, .held = settings_}));
}

TEST_F(ControlDeliveryTest, AnEmptyOneThatIsCancelledIsLostAtOnce) {
  set({});
  ASSERT_TRUE(delivery_.next());
  EXPECT_FALSE(delivery_.cancelled());
}

}  // namespace
}  // namespace freshframe
