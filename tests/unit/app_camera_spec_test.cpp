#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/camera_spec.h"

namespace freshframe {
namespace {

using Strings = std::vector<std::string>;

CameraSpec read(std::string_view text) {
  const auto camera = parse_camera_spec(text);
  if (!camera) {
    ADD_FAILURE() << text << ": " << camera.error().reason;
    return {};
  }
  return *camera;
}

LibcameraRequest libcamera(std::string_view text) {
  const CameraSpec camera = read(text);
  const auto* const request = std::get_if<LibcameraRequest>(&camera.source);
  EXPECT_NE(request, nullptr) << text;
  return request == nullptr ? LibcameraRequest{} : *request;
}

PatternRequest pattern(std::string_view text) {
  const CameraSpec camera = read(text);
  const auto* const request = std::get_if<PatternRequest>(&camera.source);
  EXPECT_NE(request, nullptr) << text;
  return request == nullptr ? PatternRequest{} : *request;
}

std::string refusal_of(std::string_view text) {
  const auto camera = parse_camera_spec(text);
  if (camera) {
    ADD_FAILURE() << text << " was accepted";
    return {};
  }
  EXPECT_EQ(camera.error().kind, Failure::Kind::kMisconfigured);
  return camera.error().reason;
}

TEST(CameraSpecTest, LibcameraAloneLeavesAllToTheCamera) {
  const LibcameraRequest request = libcamera("libcamera");
  EXPECT_EQ(request.camera, "");
  EXPECT_FALSE(request.size);
  EXPECT_FALSE(request.frames_per_second);
  EXPECT_FALSE(request.format);
  EXPECT_EQ(read("libcamera").name, "");
}

TEST(CameraSpecTest, PatternAloneIs720pAt30InNv12) {
  const PatternRequest request = pattern("pattern");
  EXPECT_EQ(request.size, (Size{1280, 720}));
  EXPECT_EQ(request.frames_per_second, 30);
  EXPECT_EQ(request.format, PixelFormat::kNv12);
}

TEST(CameraSpecTest, EveryPartOfALibcameraSpecIsKept) {
  const LibcameraRequest request = libcamera("door=libcamera:2,1920x1080@29.97,yuyv");
  EXPECT_EQ(read("door=libcamera:2,1920x1080@29.97,yuyv").name, "door");
  EXPECT_EQ(request.camera, "2");
  EXPECT_EQ(request.size, (Size{1920, 1080}));
  EXPECT_EQ(request.frames_per_second, 29.97);
  EXPECT_EQ(request.format, PixelFormat::kYuyv);
}

TEST(CameraSpecTest, EveryPartOfAPatternSpecIsKept) {
  const PatternRequest request = pattern("test.1=pattern:640x480@15,mjpeg");
  EXPECT_EQ(read("test.1=pattern:640x480@15,mjpeg").name, "test.1");
  EXPECT_EQ(request.size, (Size{640, 480}));
  EXPECT_EQ(request.frames_per_second, 15);
  EXPECT_EQ(request.format, PixelFormat::kMjpeg);
}

TEST(CameraSpecTest, OptionsMayBeLeftOutOneByOne) {
  EXPECT_EQ(libcamera("libcamera,640x480").size, (Size{640, 480}));
  EXPECT_FALSE(libcamera("libcamera,640x480").frames_per_second);
  EXPECT_EQ(libcamera("libcamera,nv12").format, PixelFormat::kNv12);
  EXPECT_EQ(pattern("pattern,mjpeg").format, PixelFormat::kMjpeg);
  EXPECT_EQ(pattern("pattern:320x240").frames_per_second, 30);
}

TEST(CameraSpecTest, EveryFormatHasItsOwnName) {
  for (int i = 0; i <= static_cast<int>(PixelFormat::kGrey8); ++i) {
    const auto format = static_cast<PixelFormat>(i);
    EXPECT_EQ(libcamera("libcamera," + std::string(to_string(format))).format, format);
  }
}

// libcamera makes ids from ACPI and device tree paths; all that they hold besides commas must come
// through unharmed, with a name in front and without.
TEST(CameraSpecTest, IdsOfLibcameraComeThroughWhole) {
  for (const std::string& id :
       Strings{R"(\_SB_.PCI0.XHC0-1:1.0-1d6b:0102)",
               "/base/axi/pcie@120000/rp1/i2c@88000/imx219@10", "/base/soc/i2c0mux/i2c@1/ov5647@36",
               "platform/vimc.0 Sensor B", "Virtual0", "a=b", "640x480 sensor"}) {
    EXPECT_EQ(libcamera("libcamera:" + id).camera, id);
    EXPECT_EQ(libcamera("libcamera:" + id + ",640x480@30").camera, id);
    EXPECT_EQ(libcamera("usb=libcamera:" + id).camera, id);
    EXPECT_EQ(read("usb=libcamera:" + id).name, "usb");
  }
}

TEST(CameraSpecTest, ASourcesWordIsAlsoAName) {
  EXPECT_EQ(read("libcamera=pattern").name, "libcamera");
  EXPECT_EQ(pattern("libcamera=pattern").size, (Size{1280, 720}));
}

TEST(CameraSpecTest, ASizeInTheIdsPlaceIsPointedOut) {
  EXPECT_EQ(refusal_of("libcamera:1280x720@30"),
            "a size stands after a comma: libcamera,1280x720@30");
}

TEST(CameraSpecTest, NamesNeedNoEscapingAnywhere) {
  const std::string longest(64, 'n');
  EXPECT_EQ(read(longest + "=pattern").name, longest);
  EXPECT_EQ(read("7=pattern").name, "7");
  for (const std::string& name : Strings{"", ".", "..", "-x", "front door", "a/b", "a?b",
                                         "k\u00fcche", "a\nb", "n" + longest}) {
    EXPECT_NE(refusal_of(name + "=pattern").find("is not a camera name; allowed: 1 to 64"),
              std::string::npos)
        << name;
  }
}

TEST(CameraSpecTest, AnUnknownSourceIsRefusedWithTheKnownOnes) {
  for (const std::string_view text :
       {"webcam", "door=webcam:0", "door=", "LIBCAMERA", "patterns"}) {
    EXPECT_NE(
        refusal_of(text).find("is not a source of pictures; allowed: libcamera, pattern, publish"),
        std::string::npos)
        << text;
  }
}

TEST(CameraSpecTest, APublishedCameraHasANameAndNothingElse) {
  EXPECT_EQ(read("vision=publish").name, "vision");
  EXPECT_TRUE(std::holds_alternative<PublishRequest>(read("publish").source));
  for (const std::string_view text : {"publish:640x480", "a=publish,640x480@5", "publish,mjpeg"}) {
    EXPECT_NE(refusal_of(text).find("whoever publishes decides; leave it out"), std::string::npos)
        << text;
  }
}

TEST(CameraSpecTest, SizesEndWhereTheSourceEnds) {
  EXPECT_EQ(pattern("pattern:128x96").size, (Size{128, 96}));
  EXPECT_EQ(pattern("pattern:4096x2160").size, (Size{4096, 2160}));
  EXPECT_EQ(libcamera("libcamera,16x16").size, (Size{16, 16}));
  EXPECT_EQ(libcamera("libcamera,16384x16384").size, (Size{16384, 16384}));
  for (const std::string& size :
       Strings{"127x96", "128x95", "4097x2160", "4096x2161", "640w", "640x", "640x480x3", "640X480",
               "640x-480", "99999999999x480", "640x480 "}) {
    EXPECT_EQ(refusal_of("pattern:" + size),
              "\"" + size +
                  "\" is not a picture size of the test pattern; allowed: WIDTHxHEIGHT from 128x96 "
                  "to 4096x2160");
  }
  for (const std::string& size : Strings{"15x16", "16x15", "16385x16", "16x16385"}) {
    EXPECT_EQ(refusal_of("libcamera," + size),
              "\"" + size +
                  "\" is not a picture size of a camera; allowed: WIDTHxHEIGHT from 16x16 to "
                  "16384x16384");
  }
}

TEST(CameraSpecTest, FrameRatesAreFinitePlainAndAboveZero) {
  EXPECT_EQ(pattern("pattern:640x480@0.01").frames_per_second, 0.01);
  EXPECT_EQ(pattern("pattern:640x480@240").frames_per_second, 240);
  for (const std::string& rate : Strings{"0", "0.009", "240.1", "-1", "", "nan", "inf", "1e1",
                                         "0x10", "30fps", "+30", "30@30"}) {
    EXPECT_NE(refusal_of("pattern:640x480@" + rate)
                  .find(" is not a frame rate; allowed: numbers from 0.01 to 240"),
              std::string::npos)
        << rate;
  }
}

TEST(CameraSpecTest, FormatsOfOneSourceAreRefusedByTheOther) {
  EXPECT_EQ(refusal_of("pattern:640x480,yuyv"),
            "\"yuyv\" is not a format of the test pattern; allowed: nv12, mjpeg");
  EXPECT_NE(
      refusal_of("libcamera,h264").find("\"h264\" is not a format of a camera; allowed: mjpeg"),
      std::string::npos);
}

TEST(CameraSpecTest, NothingFollowsACommaOrColonInVain) {
  EXPECT_NE(refusal_of("libcamera:").find("\"\" is not a libcamera camera"), std::string::npos);
  EXPECT_NE(refusal_of("libcamera:,640x480").find("\"\" is not a libcamera camera"),
            std::string::npos);
  EXPECT_NE(refusal_of("libcamera,").find("\"\" is not a format"), std::string::npos);
  EXPECT_NE(refusal_of("pattern:").find("\"\" is not a format"), std::string::npos);
  EXPECT_NE(refusal_of("pattern,mjpeg,").find("is a second format"), std::string::npos);
}

TEST(CameraSpecTest, NothingIsSaidTwice) {
  EXPECT_EQ(refusal_of("pattern:640x480,320x240"), "\"320x240\" is a second size; allowed: one");
  EXPECT_EQ(refusal_of("pattern,mjpeg,nv12"), "\"nv12\" is a second format; allowed: one");
}

TEST(CameraSpecTest, PlacesInTheListAreShortAndIdsPrintable) {
  EXPECT_EQ(libcamera("libcamera:999").camera, "999");
  const std::string longest(256, 'i');
  EXPECT_EQ(libcamera("libcamera:" + longest).camera, longest);
  for (const std::string& id :
       Strings{"1000", "18446744073709551616", "i\n", "\u00fc", "i" + longest}) {
    EXPECT_NE(refusal_of("libcamera:" + id).find("is not a libcamera camera; allowed: the id"),
              std::string::npos)
        << id;
  }
}

TEST(CameraSpecTest, AMessageStaysOnOneShortLine) {
  const std::string reason = refusal_of("\x1b[2J\n\xff" + std::string(100'000, 'x'));
  EXPECT_LT(reason.size(), 300U);
  EXPECT_EQ(reason.find_first_of("\x1b\n\xff"), std::string::npos);
}

}  // namespace
}  // namespace freshframe
