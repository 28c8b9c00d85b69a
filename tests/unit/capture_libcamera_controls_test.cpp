#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <libcamera/control_ids.h>

#include "capture/control_check.h"
#include "capture/libcamera_controls.h"

namespace freshframe {
namespace {

namespace ids = libcamera::controls;
using Type = CameraControl::Type;

libcamera::ControlInfoMap infos(libcamera::ControlInfoMap::Map map) {
  return {std::move(map), libcamera::controls::controls};
}

/// One that is set, of a type that none of libcamera's own has in all of its versions.
template <class Id = libcamera::ControlId>
Id long_integer() {
  if constexpr (std::is_constructible_v<Id, unsigned int, std::string, libcamera::ControlType>) {
    return Id(4711, "Long", libcamera::ControlTypeInteger64);
  } else {
    return Id(4711, "Long", "test", libcamera::ControlTypeInteger64, Id::Direction::In);
  }
}

TEST(LibcameraControlsTest, NumbersHaveTheirBoundsAndUnits) {
  const auto controls =
      settable_controls(infos({{&ids::ExposureTime, libcamera::ControlInfo(100, 1000000, 20000)},
                               {&ids::Brightness, libcamera::ControlInfo(-1.0f, 1.0f, 0.5f)}}));
  ASSERT_EQ(controls.size(), 2u);
  EXPECT_EQ(controls[0].name, "Brightness");
  EXPECT_EQ(controls[0].type, Type::kNumber);
  EXPECT_EQ(controls[0].minimum, ControlValue(-1.0));
  EXPECT_EQ(controls[0].maximum, ControlValue(1.0));
  EXPECT_EQ(controls[0].default_value, ControlValue(0.5));
  EXPECT_EQ(controls[1].name, "ExposureTime");
  EXPECT_EQ(controls[1].type, Type::kInteger);
  EXPECT_EQ(controls[1].minimum, ControlValue(std::int64_t{100}));
  EXPECT_EQ(controls[1].maximum, ControlValue(std::int64_t{1000000}));
  EXPECT_EQ(controls[1].unit, "us");
}

TEST(LibcameraControlsTest, AMenuHasAnEntryForEachValueThatTheCameraHas) {
  const std::array<libcamera::ControlValue, 2> modes = {
      libcamera::ControlValue(std::int32_t{ids::AwbAuto}),
      libcamera::ControlValue(std::int32_t{ids::AwbCloudy})};
  const auto controls =
      settable_controls(infos({{&ids::AwbMode, libcamera::ControlInfo(modes, modes[1])}}));
  ASSERT_EQ(controls.size(), 1u);
  EXPECT_EQ(controls[0].type, Type::kMenu);
  ASSERT_EQ(controls[0].entries.size(), 2u);
  EXPECT_NE(controls[0].entries[0], controls[0].entries[1]);
  EXPECT_EQ(controls[0].default_value, ControlValue(controls[0].entries[1]));
  EXPECT_FALSE(controls[0].minimum);
}

TEST(LibcameraControlsTest, TheRegionOfInterestIsAnArea) {
  const libcamera::ControlInfoMap camera =
      infos({{&ids::ScalerCrop, libcamera::ControlInfo(libcamera::Rectangle(0, 0, 64, 48),
                                                       libcamera::Rectangle(8, 4, 640, 480),
                                                       libcamera::Rectangle(8, 4, 640, 480))}});
  const auto controls = settable_controls(camera);
  ASSERT_EQ(controls.size(), 1u);
  EXPECT_EQ(controls[0].name, "ScalerCrop");
  EXPECT_EQ(controls[0].type, Type::kArea);
  EXPECT_EQ(controls[0].minimum, ControlValue(Area{0, 0, 64, 48}));
  EXPECT_EQ(controls[0].maximum, ControlValue(Area{8, 4, 640, 480}));
  EXPECT_EQ(controls[0].default_value, ControlValue(Area{8, 4, 640, 480}));
  EXPECT_EQ(controls[0].unit, "px");

  libcamera::ControlList list(libcamera::controls::controls);
  add_controls({{"ScalerCrop", Area{100, 50, 320, 240}}}, camera, list);
  EXPECT_EQ(list.get(ids::ScalerCrop), libcamera::Rectangle(100, 50, 320, 240));
}

// A menu's entries have names, which are those of 32-bit values.
TEST(LibcameraControlsTest, LongIntegersAreNumbersAlsoWhereTheCameraListsThem) {
  const libcamera::ControlId id = long_integer();
  const std::array<libcamera::ControlValue, 2> values = {libcamera::ControlValue(std::int64_t{1}),
                                                         libcamera::ControlValue(std::int64_t{5})};
  const libcamera::ControlIdMap known = {{id.id(), &id}};
  const auto controls = settable_controls(
      libcamera::ControlInfoMap({{&id, libcamera::ControlInfo(values, values[0])}}, known));
  ASSERT_EQ(controls.size(), 1u);
  EXPECT_EQ(controls[0].type, Type::kInteger);
  EXPECT_EQ(controls[0].maximum, ControlValue(std::int64_t{5}));
  EXPECT_EQ(controls[0].default_value, ControlValue(std::int64_t{1}));
}

TEST(LibcameraControlsTest, ABooleanHasNoBounds) {
  const auto controls =
      settable_controls(infos({{&ids::AeEnable, libcamera::ControlInfo(false, true, true)}}));
  ASSERT_EQ(controls.size(), 1u);
  EXPECT_EQ(controls[0].type, Type::kBoolean);
  EXPECT_FALSE(controls[0].minimum);
  EXPECT_EQ(controls[0].default_value, ControlValue(true));
}

// libcamera describes a list by the bounds of one element, which looks like a single number.
TEST(LibcameraControlsTest, ListsAreLeftOutButForTheFrameRate) {
  const auto controls = settable_controls(
      infos({{&ids::ColourGains, libcamera::ControlInfo(0.0f, 32.0f)},
             {&ids::FrameDurationLimits,
              libcamera::ControlInfo(std::int64_t{33333}, std::int64_t{200000})}}));
  ASSERT_EQ(controls.size(), 1u);
  EXPECT_EQ(controls[0].name, "FrameRate");
  EXPECT_EQ(controls[0].maximum, ControlValue(1e6 / 33333));
}

TEST(LibcameraControlsTest, ValuesReachTheCameraInItsOwnTypes) {
  const std::array<libcamera::ControlValue, 2> modes = {
      libcamera::ControlValue(std::int32_t{ids::AwbAuto}),
      libcamera::ControlValue(std::int32_t{ids::AwbCloudy})};
  const libcamera::ControlInfoMap camera =
      infos({{&ids::AwbMode, libcamera::ControlInfo(modes, modes[0])},
             {&ids::AeEnable, libcamera::ControlInfo(false, true, true)},
             {&ids::Brightness, libcamera::ControlInfo(-1.0f, 1.0f, 0.0f)},
             {&ids::ExposureTime, libcamera::ControlInfo(100, 1000000, 20000)},
             {&ids::FrameDurationLimits,
              libcamera::ControlInfo(std::int64_t{20000}, std::int64_t{200000})}});
  const auto controls = settable_controls(camera);
  const std::string cloudy = find_control("AwbMode", controls)->entries[1];
  libcamera::ControlList list(libcamera::controls::controls);
  add_controls({{"AwbMode", cloudy},
                {"AeEnable", false},
                {"Brightness", 0.5},
                {"ExposureTime", std::int64_t{5000}},
                {"FrameRate", 25.0}},
               camera, list);
  EXPECT_EQ(list.get(ids::AwbMode), std::int32_t{ids::AwbCloudy});
  EXPECT_EQ(list.get(ids::AeEnable), false);
  EXPECT_EQ(list.get(ids::Brightness), 0.5f);
  EXPECT_EQ(list.get(ids::ExposureTime), 5000);
  const auto durations = list.get(ids::FrameDurationLimits);
  ASSERT_TRUE(durations);
  EXPECT_EQ((*durations)[0], 40000);
  EXPECT_EQ((*durations)[1], 40000);
}

// What was set may be a preset of another camera's.
TEST(LibcameraControlsTest, WhatTheCameraDoesNotHaveIsLeftOut) {
  libcamera::ControlList list(libcamera::controls::controls);
  add_controls({{"Brightness", 0.5}, {"FrameRate", 25.0}, {"AeEnable", 1.5}, {"AwbMode", "x"}},
               infos({{&ids::AeEnable, libcamera::ControlInfo(false, true, true)}}), list);
  EXPECT_TRUE(list.empty());
}

TEST(LibcameraControlsTest, WhatIsBeyondTheCamerasBoundsIsLeftOut) {
  libcamera::ControlList list(libcamera::controls::controls);
  add_controls(
      {{"ExposureTime", std::int64_t{4294967301}}, {"Brightness", 1.5}, {"FrameRate", 51.0}},
      infos({{&ids::ExposureTime, libcamera::ControlInfo(1, 10000, 20)},
             {&ids::Brightness, libcamera::ControlInfo(-1.0f, 1.0f, 0.0f)},
             {&ids::FrameDurationLimits,
              libcamera::ControlInfo(std::int64_t{20000}, std::int64_t{200000})}}),
      list);
  EXPECT_TRUE(list.empty());
}

TEST(LibcameraControlsTest, FrameRatesAreWhatTheDurationsAllow) {
  const auto rates =
      frame_rates(infos({{&ids::FrameDurationLimits,
                          libcamera::ControlInfo(std::int64_t{20000}, std::int64_t{200000})}}));
  EXPECT_EQ(rates, (FrameRates{.lowest = 5, .highest = 50}));
  EXPECT_EQ(frame_rates(infos({})), std::nullopt);
  EXPECT_EQ(frame_rates(infos({{&ids::FrameDurationLimits,
                                libcamera::ControlInfo(std::int64_t{0}, std::int64_t{0})}})),
            std::nullopt);
}

}  // namespace
}  // namespace freshframe
