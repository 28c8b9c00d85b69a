#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "capture/device_survey.h"

namespace freshframe {
namespace {

class DeviceSurveyTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "device-survey-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  void add(const std::string& name) const { std::ofstream(directory_ / name) << ""; }

  DeviceSurvey survey() const { return survey_devices(directory_, directory_ / "udev"); }

  std::filesystem::path directory_;
};

TEST_F(DeviceSurveyTest, OnlyMediaAndVideoNodesCount) {
  for (const char* name : {"video0", "video12", "media3", "video", "videodev", "v4l-subdev0"}) {
    add(name);
  }
  EXPECT_EQ(survey().devices,
            (std::vector<std::string>{directory_ / "media3", directory_ / "video0",
                                      directory_ / "video12"}));
}

TEST_F(DeviceSurveyTest, UdevIsSeenByItsFolder) {
  EXPECT_FALSE(survey().udev_is_visible);
  add("udev");
  EXPECT_TRUE(survey().udev_is_visible);
}

TEST_F(DeviceSurveyTest, NodesThatMayNotBeOpenedAreForbidden) {
  add("video0");
  add("video1");
  using std::filesystem::perms;
  std::filesystem::permissions(directory_, perms::all);
  std::filesystem::permissions(directory_ / "video0", perms::all);
  std::filesystem::permissions(directory_ / "video1", perms::none);
  // Root may open everything, so the survey is made as nobody.
  const bool is_root = getuid() == 0;
  if (is_root) {
    ASSERT_EQ(setresuid(65534, 65534, 0), 0);
  }
  const DeviceSurvey seen = survey();
  if (is_root) {
    ASSERT_EQ(setresuid(0, 0, 0), 0);
  }
  EXPECT_EQ(seen.forbidden, (std::vector<std::string>{directory_ / "video1"}));
}

TEST_F(DeviceSurveyTest, AFolderThatIsNotThereHasNoDevices) {
  EXPECT_TRUE(survey_devices(directory_ / "none", directory_).devices.empty());
}

TEST(ObstacleToCameras, NoDeviceIsNoObstacle) {
  EXPECT_FALSE(obstacle_to_cameras({.devices = {}, .forbidden = {}, .udev_is_visible = false}));
}

TEST(ObstacleToCameras, OpenDevicesAndUdevAreNone) {
  EXPECT_FALSE(obstacle_to_cameras(
      {.devices = {"/dev/media0", "/dev/video0"}, .forbidden = {}, .udev_is_visible = true}));
}

TEST(ObstacleToCameras, AForbiddenDeviceIsAMatterOfPermission) {
  const auto obstacle = obstacle_to_cameras({.devices = {"/dev/media0", "/dev/video0"},
                                             .forbidden = {"/dev/media0", "/dev/video0"},
                                             .udev_is_visible = false});
  ASSERT_TRUE(obstacle);
  EXPECT_EQ(obstacle->kind, Failure::Kind::kNoPermission);
  EXPECT_NE(obstacle->reason.find("/dev/media0, /dev/video0"), std::string::npos);
  EXPECT_NE(obstacle->reason.find("usermod -aG video"), std::string::npos);
}

TEST(ObstacleToCameras, AMissingUdevIsToldWithTheContainersFlag) {
  const auto obstacle = obstacle_to_cameras(
      {.devices = {"/dev/media0", "/dev/video0"}, .forbidden = {}, .udev_is_visible = false});
  ASSERT_TRUE(obstacle);
  EXPECT_EQ(obstacle->kind, Failure::Kind::kUnavailable);
  EXPECT_NE(obstacle->reason.find("-v /run/udev:/run/udev:ro"), std::string::npos);
}

TEST(ObstacleToCameras, AVideoNodeWithoutItsMediaNodeIsTold) {
  const auto obstacle =
      obstacle_to_cameras({.devices = {"/dev/video0"}, .forbidden = {}, .udev_is_visible = true});
  ASSERT_TRUE(obstacle);
  EXPECT_NE(obstacle->reason.find("--device /dev/media0"), std::string::npos);
}

}  // namespace
}  // namespace freshframe
