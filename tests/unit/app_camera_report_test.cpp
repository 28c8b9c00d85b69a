#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/camera_report.h"

namespace freshframe {
namespace {

using Json = nlohmann::json;

/// A webcam that tells everything, and one of which nothing is known.
std::vector<LibcameraDescription> cameras() {
  LibcameraDescription webcam;
  webcam.identity = {.id = R"(\_SB_.XHC0-1:1.0)", .model = "Webcam", .serial = "0042"};
  webcam.formats = {{"MJPEG", PixelFormat::kMjpeg, {{1280, 720}, {640, 480}}},
                    {"SBGGR10", std::nullopt, {}}};
  webcam.frame_rates = FrameRates{.lowest = 5, .highest = 30};
  using Type = CameraControl::Type;
  webcam.controls = {
      {.name = "AeEnable", .type = Type::kBoolean, .default_value = true},
      {.name = "AwbMode",
       .type = Type::kMenu,
       .default_value = "AwbAuto",
       .entries = {"AwbAuto", "AwbCloudy"}},
      {.name = "Brightness",
       .type = Type::kNumber,
       .minimum = -1.0,
       .maximum = 1.0,
       .default_value = 0.5},
      {.name = "ExposureTime",
       .type = Type::kInteger,
       .minimum = std::int64_t{100},
       .maximum = std::int64_t{1000000},
       .unit = "us"},
      {.name = "ScalerCrop",
       .type = Type::kArea,
       .minimum = Area{0, 0, 64, 48},
       .maximum = Area{0, 0, 640, 480},
       .unit = "px"},
  };
  LibcameraDescription unknown;
  unknown.identity.id = "unknown";
  return {webcam, unknown};
}

TEST(CameraReportTest, ForPeopleEachCameraHasItsSpecsAndWhatItCanBeAskedFor) {
  EXPECT_EQ(camera_report(cameras(), "0.4.0"), R"(0: Webcam
   --camera 'libcamera:\_SB_.XHC0-1:1.0'
   --camera 'libcamera:serial:0042'   in whatever port
   mjpeg: 1280x720 640x480
   SBGGR10 (not usable here):
   5 to 30 frames/s
   AeEnable: false, true, default true
   AwbMode: AwbAuto, AwbCloudy, default AwbAuto
   Brightness: -1 to 1, default 0.5
   ExposureTime: 100 to 1000000 us
   ScalerCrop: [0, 0, 64, 48] to [0, 0, 640, 480] px
1: 
   --camera 'libcamera:unknown'
Always there: --camera pattern (a test picture)
)");
}

TEST(CameraReportTest, WithoutACameraItSaysSo) {
  EXPECT_TRUE(camera_report({}, "0.4.0").starts_with("libcamera 0.4.0 found no camera.\n"));
  EXPECT_EQ(Json::parse(camera_report_json({}, "0.4.0")),
            Json::parse(R"({"libcamera": "0.4.0", "cameras": []})"));
}

TEST(CameraReportTest, ForProgramsItIsTheSameAsJson) {
  EXPECT_EQ(Json::parse(camera_report_json(cameras(), "0.4.0")), Json::parse(R"({
    "libcamera": "0.4.0",
    "cameras": [
      {"id": "\\_SB_.XHC0-1:1.0", "model": "Webcam", "serial": "0042", "any_port": "serial:0042",
       "formats": [{"name": "mjpeg", "usable": true,
                    "sizes": [{"width": 1280, "height": 720}, {"width": 640, "height": 480}]},
                   {"name": "SBGGR10", "usable": false, "sizes": []}],
       "frame_rates": {"minimum": 5.0, "maximum": 30.0},
       "controls": [
         {"name": "AeEnable", "type": "boolean", "default": true},
         {"name": "AwbMode", "type": "menu", "default": "AwbAuto",
          "entries": ["AwbAuto", "AwbCloudy"]},
         {"name": "Brightness", "type": "number", "minimum": -1.0, "maximum": 1.0, "default": 0.5},
         {"name": "ExposureTime", "type": "integer", "minimum": 100, "maximum": 1000000,
          "unit": "us"},
         {"name": "ScalerCrop", "type": "area", "minimum": [0, 0, 64, 48],
          "maximum": [0, 0, 640, 480], "unit": "px"}]},
      {"id": "unknown", "model": null, "serial": null, "any_port": null, "formats": [],
       "frame_rates": null, "controls": []}]})"));
}

// Its owner copies the line.
TEST(CameraReportTest, ANameThatASpecCannotHoldIsNotOffered) {
  LibcameraDescription camera;
  camera.identity = {.id = "1", .model = "Eye, the second"};
  EXPECT_EQ(camera_report({camera}, "").find("in whatever port"), std::string::npos);
  EXPECT_EQ(Json::parse(camera_report_json({camera}, ""))["cameras"][0]["any_port"],
            "model:Eye, the second");
}

TEST(CameraReportTest, AModelInNoKnownEncodingDoesNotBreakTheJson) {
  LibcameraDescription camera;
  camera.identity = {.id = "1", .model = "Cam\xff"};
  EXPECT_FALSE(Json::parse(camera_report_json({camera}, ""), nullptr, false).is_discarded());
}

}  // namespace
}  // namespace freshframe
