#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "app/choose_cameras.h"

namespace freshframe {
namespace {

/// A webcam with fixed sizes, a camera that scales freely, and one that tells nothing.
std::vector<LibcameraDescription> cameras() {
  LibcameraDescription webcam;
  webcam.identity.id = "usb-1";
  webcam.offers = {{PixelFormat::kMjpeg, {{1280, 720}, {640, 480}}, {}},
                   {PixelFormat::kYuyv, {{640, 480}}, {}}};
  LibcameraDescription sensor;
  sensor.identity.id = "/base/imx219";
  sensor.offers = {{PixelFormat::kNv12, {}, SizeRange{{32, 32}, {3280, 2464}, 2, 2}}};
  LibcameraDescription busy;
  busy.identity.id = "busy";
  return {webcam, sensor, busy};
}

std::optional<Failure> obstacle(const LibcameraRequest& request) {
  return obstacle_to({.name = "door", .source = request}, cameras());
}

TEST(ChooseCamerasTest, WhatTheCameraOffersIsAccepted) {
  EXPECT_FALSE(obstacle({}));
  EXPECT_FALSE(obstacle({.camera = "0", .size = Size{640, 480}}));
  EXPECT_FALSE(
      obstacle({.camera = "usb-1", .size = Size{1280, 720}, .format = PixelFormat::kMjpeg}));
  EXPECT_FALSE(obstacle({.camera = "1", .size = Size{1234, 778}}));
  EXPECT_FALSE(obstacle({.camera = "/base/imx219"}));
}

// Otherwise the program starts and the first viewer learns that it can never work.
TEST(ChooseCamerasTest, WhatItDoesNotOfferIsRefusedWithWhatItDoes) {
  for (const LibcameraRequest& request :
       {LibcameraRequest{.camera = "", .size = Size{800, 600}},
        LibcameraRequest{.camera = "0", .size = Size{1280, 720}, .format = PixelFormat::kYuyv},
        LibcameraRequest{.camera = "usb-1", .format = PixelFormat::kNv12}}) {
    const auto failure = obstacle(request);
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->kind, Failure::Kind::kMisconfigured);
    EXPECT_TRUE(failure->reason.starts_with("camera door: the camera does not offer "))
        << failure->reason;
    EXPECT_NE(failure->reason.find("mjpeg 1280x720, 640x480; yuyv 640x480"), std::string::npos)
        << failure->reason;
  }
}

TEST(ChooseCamerasTest, ACameraThatIsNotThereIsNamedWithThoseThatAre) {
  for (const char* id : {"3", "usb-2"}) {
    const auto failure = obstacle({.camera = id});
    ASSERT_TRUE(failure) << id;
    EXPECT_EQ(failure->kind, Failure::Kind::kUnavailable);
    EXPECT_NE(failure->reason.find("0 = usb-1"), std::string::npos) << failure->reason;
  }
  EXPECT_TRUE(obstacle_to({.name = "door", .source = LibcameraRequest{}}, {}));
}

TEST(ChooseCamerasTest, OneThatDoesNotTellWhatItOffersIsTried) {
  EXPECT_FALSE(obstacle({.camera = "busy", .size = Size{800, 600}}));
}

TEST(ChooseCamerasTest, ThePatternNeedsNoCamera) {
  EXPECT_FALSE(obstacle_to({.name = "test", .source = PatternRequest{}}, {}));
}

}  // namespace
}  // namespace freshframe
