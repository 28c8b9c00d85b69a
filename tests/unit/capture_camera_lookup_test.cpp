#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "capture/camera_lookup.h"

namespace freshframe {
namespace {

std::vector<CameraIdentity> with_ids(const std::vector<std::string>& ids) {
  std::vector<CameraIdentity> cameras;
  for (const std::string& id : ids) {
    cameras.push_back({.id = id});
  }
  return cameras;
}

const std::vector<CameraIdentity>& webcams() {
  static const std::vector<CameraIdentity> cameras = {
      {.id = "port-1", .model = "Webcam", .serial = "A1"},
      {.id = "port-2", .model = "Webcam", .serial = "B2"},
      {.id = "port-3", .model = "Microscope"},
      {.id = "sensor"},
  };
  return cameras;
}

TEST(CameraLookupTest, AnIdGoesBeforeAPlace) {
  EXPECT_EQ(look_up_camera("1", with_ids({"a", "b", "1"})), 2u);
}

TEST(CameraLookupTest, APlaceIsAWholeNumberInTheList) {
  EXPECT_EQ(look_up_camera("1", with_ids({"a", "b"})), 1u);
  for (const char* which : {"2", "-1", "1x", " 1", "18446744073709551616"}) {
    EXPECT_EQ(look_up_camera(which, with_ids({"a", "b"})), std::nullopt) << which;
  }
}

TEST(CameraLookupTest, NoNameMeansTheFirst) {
  EXPECT_EQ(look_up_camera("", with_ids({"a", "b"})), 0u);
  EXPECT_EQ(look_up_camera("", {}), std::nullopt);
}

TEST(CameraLookupTest, ASerialNumberMeansItsCameraInWhateverPort) {
  EXPECT_EQ(look_up_camera("serial:B2", webcams()), 1u);
  EXPECT_EQ(look_up_camera("serial:b2", webcams()), std::nullopt);
  EXPECT_EQ(look_up_camera("serial:C3", webcams()), std::nullopt);
}

// Two of a kind come in an order of their own at each start: to take the first would be to show the
// yard at the door some day.
TEST(CameraLookupTest, AModelMeansACameraOnlyWhereThereIsOneOfIt) {
  EXPECT_EQ(look_up_camera("model:Microscope", webcams()), 2u);
  EXPECT_EQ(look_up_camera("model:Webcam", webcams()), std::nullopt);
}

TEST(CameraLookupTest, WhatACameraDoesNotHaveNamesNone) {
  EXPECT_EQ(look_up_camera("serial:", webcams()), std::nullopt);
  EXPECT_EQ(look_up_camera("model:", webcams()), std::nullopt);
}

TEST(CameraLookupTest, TheNameForEveryPortIsTheSerialNumberElseAnOnlyModel) {
  EXPECT_EQ(name_in_any_port(0, webcams()), "serial:A1");
  EXPECT_EQ(name_in_any_port(2, webcams()), "model:Microscope");
  EXPECT_EQ(name_in_any_port(3, webcams()), "");
  EXPECT_EQ(name_in_any_port(0, {{.id = "a", .model = "M"}, {.id = "b", .model = "M"}}), "");
}

}  // namespace
}  // namespace freshframe
