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

// Its camera may be the one that is there, in another port.
TEST(CameraLookupTest, WhoNamedAnIdThatIsNotThereIsToldWhatIsTheSameInAnyPort) {
  EXPECT_EQ(why_not_found("port-4", {{.id = "port-1", .model = "Webcam", .serial = "A1"},
                                     {.id = "port-3", .model = "Microscope"},
                                     {.id = "sensor"}}),
            "there is no camera port-4; libcamera finds port-1 (Webcam), in any port serial:A1, "
            "port-3 (Microscope), in any port model:Microscope, sensor; the id of a USB camera "
            "names its port: plug it in there again, or configure its name in any port");
  EXPECT_EQ(why_not_found("port-4", with_ids({"a", "b"})),
            "there is no camera port-4; libcamera finds a, b");
}

TEST(CameraLookupTest, WhoNamedWhatIsTheSameInAnyPortIsToldWhatThereIs) {
  EXPECT_EQ(why_not_found("serial:C3", {{.id = "port-1", .model = "Webcam", .serial = "A1"}}),
            "there is no camera serial:C3, or more than one; libcamera finds port-1 (Webcam)");
  EXPECT_EQ(why_not_found("serial:C3", {}), "libcamera finds no camera; plug one in");
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
