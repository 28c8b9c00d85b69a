#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "capture/control_check.h"

namespace freshframe {
namespace {

using Type = CameraControl::Type;

const std::vector<CameraControl>& controls() {
  static const std::vector<CameraControl> all = {
      {.name = "AeEnable", .type = Type::kBoolean, .default_value = true},
      {.name = "AwbMode",
       .type = Type::kMenu,
       .default_value = "AwbAuto",
       .entries = {"AwbAuto", "AwbCloudy"}},
      {.name = "Brightness",
       .type = Type::kNumber,
       .minimum = -1.0,
       .maximum = 1.0,
       .default_value = 0.0},
      {.name = "ExposureTime",
       .type = Type::kInteger,
       .minimum = std::int64_t{100},
       .maximum = std::int64_t{5000},
       .unit = "us"},
      {.name = "ScalerCrop",
       .type = Type::kArea,
       .minimum = Area{0, 0, 64, 48},
       .maximum = Area{8, 4, 640, 480},
       .unit = "px"},
  };
  return all;
}

/// The value that a control gets, or why it gets none.
ControlValue set(const std::string& name, const std::optional<ControlValue>& value) {
  const auto checked = check_controls({{name, value}}, controls());
  return checked ? checked->at(name) : ControlValue("refused: " + reason_of(checked.error()));
}

TEST(ControlCheckTest, WhatTheControlTakesIsTaken) {
  EXPECT_EQ(set("AeEnable", false), ControlValue(false));
  EXPECT_EQ(set("AwbMode", "AwbCloudy"), ControlValue("AwbCloudy"));
  EXPECT_EQ(set("Brightness", -1.0), ControlValue(-1.0));
  EXPECT_EQ(set("ExposureTime", std::int64_t{5000}), ControlValue(std::int64_t{5000}));
}

TEST(ControlCheckTest, AnAreaIsTakenUpToItsBounds) {
  for (const Area& area : {Area{8, 4, 640, 480}, Area{8, 4, 64, 48}, Area{584, 436, 64, 48}}) {
    EXPECT_EQ(set("ScalerCrop", area), ControlValue(area));
  }
}

TEST(ControlCheckTest, AnAreaBeyondItsBoundsIsRefused) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  const ControlValue refusal(
      "refused: ScalerCrop must be an area, [left, top, width, height], of at least 64x48 within "
      "[8, 4, 640, 480]");
  for (const Area& area :
       {Area{7, 4, 64, 48}, Area{8, 3, 64, 48}, Area{8, 4, 63, 48}, Area{8, 4, 64, 47},
        Area{585, 4, 64, 48}, Area{8, 437, 64, 48}, Area{8, 4, 641, 480}, Area{8, 4, 640, 481},
        Area{kMost, 4, kMost, 48}, Area{8, kMost, 64, kMost}, Area{8, 4, -64, -48},
        Area{-kMost, -kMost, 64, 48}}) {
    EXPECT_EQ(set("ScalerCrop", area), refusal) << area[0] << " " << area[2];
  }
  EXPECT_EQ(set("ScalerCrop", std::int64_t{1}), refusal);
  EXPECT_EQ(set("ScalerCrop", std::nullopt),
            ControlValue("refused: ScalerCrop has no default that is known; give a value"));
}

TEST(ControlCheckTest, AWholeNumberIsANumberToo) {
  EXPECT_EQ(set("Brightness", std::int64_t{1}), ControlValue(1.0));
}

TEST(ControlCheckTest, NothingInAValuesPlaceMeansTheDefault) {
  EXPECT_EQ(set("AwbMode", std::nullopt), ControlValue("AwbAuto"));
  EXPECT_EQ(set("Brightness", std::nullopt), ControlValue(0.0));
  EXPECT_EQ(set("ExposureTime", std::nullopt),
            ControlValue("refused: ExposureTime has no default that is known; give a value"));
}

TEST(ControlCheckTest, WhatItDoesNotTakeIsRefusedWithWhatItDoes) {
  const ControlValue boolean("refused: AeEnable must be true or false");
  EXPECT_EQ(set("AeEnable", std::int64_t{1}), boolean);
  EXPECT_EQ(set("AeEnable", "true"), boolean);
  const ControlValue menu(R"(refused: AwbMode must be one of "AwbAuto", "AwbCloudy")");
  EXPECT_EQ(set("AwbMode", std::int64_t{0}), menu);
  EXPECT_EQ(set("AwbMode", "awbauto"), menu);
  const ControlValue number("refused: Brightness must be a number from -1 to 1");
  EXPECT_EQ(set("Brightness", 1.01), number);
  EXPECT_EQ(set("Brightness", std::int64_t{-2}), number);
  EXPECT_EQ(set("Brightness", std::numeric_limits<double>::quiet_NaN()), number);
  EXPECT_EQ(set("Brightness", true), number);
  const ControlValue integer("refused: ExposureTime must be a whole number from 100 to 5000 us");
  EXPECT_EQ(set("ExposureTime", std::int64_t{99}), integer);
  EXPECT_EQ(set("ExposureTime", 200.5), integer);
}

TEST(ControlCheckTest, AllThatIsWrongIsNamedAndNothingIsTaken) {
  const auto checked =
      check_controls({{"AeEnable", false}, {"Brightness", 7.0}, {"Sharpness", 1.0}}, controls());
  ASSERT_FALSE(checked);
  ASSERT_EQ(checked.error().size(), 2u);
  EXPECT_EQ(checked.error()[0].name, "Brightness");
  EXPECT_EQ(checked.error()[1].name, "Sharpness");
  EXPECT_EQ(
      reason_of(checked.error()),
      "Brightness must be a number from -1 to 1; there is no control \"Sharpness\"; there are "
      "AeEnable, AwbMode, Brightness, ExposureTime, ScalerCrop");
}

TEST(ControlCheckTest, ALongNameIsNotRepeatedWhole) {
  const auto checked = check_controls({{std::string(3000, 'x'), 1.0}}, {});
  EXPECT_LT(reason_of(checked.error()).size(), 200u);
}

// A request of 4 KB may have hundreds of wrong names, and each reason lists all that there are.
TEST(ControlCheckTest, OfManyMistakesTheFirstAreNamedAndTheOthersCounted) {
  ControlChanges changes;
  for (int i = 100; i < 600; ++i) {
    changes["x" + std::to_string(i)] = 1.0;
  }
  const std::string reason = reason_of(check_controls(changes, controls()).error());
  EXPECT_NE(reason.find("\"x107\""), std::string::npos) << reason;
  EXPECT_EQ(reason.find("\"x108\""), std::string::npos) << reason;
  EXPECT_TRUE(reason.ends_with("; and 492 more are wrong")) << reason;
}

}  // namespace
}  // namespace freshframe
