#include <gtest/gtest.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "capture/camera_devices.h"

#include "temporary_directory.h"

namespace freshframe {
namespace {

class CameraDevicesTest : public testing::Test {
 protected:
  /// A process in our /proc that has this file open.
  void add_process(const std::string& process, const std::string& name, const std::string& open) {
    std::filesystem::create_directories(folder_.path() / process / "fd");
    std::ofstream(folder_.path() / process / "comm") << name << "\n";
    std::filesystem::create_symlink(open, folder_.path() / process / "fd" / "7");
  }
  std::string reason() const { return busy_reason({"/dev/media0", "/dev/video0"}, folder_.path()); }

  TemporaryDirectory folder_;
};

TEST_F(CameraDevicesTest, DevicesThatSysfsDoesNotShowAreGone) {
  std::filesystem::create_directory(folder_.path() / "81:0");
  const dev_t there = makedev(81, 0);
  const dev_t gone = makedev(81, 1);
  EXPECT_EQ(those_gone({there, gone}, folder_.path()), std::vector<dev_t>{gone});
}

TEST_F(CameraDevicesTest, WhoHasTheCameraIsNamed) {
  add_process("812", "ffmpeg", "/dev/video0");
  add_process("90", "wireplumber", "/dev/media0");
  add_process("91", "bash", "/dev/null");
  add_process("92", "cheese", "/dev/video1");
  EXPECT_EQ(holders_of({"/dev/media0", "/dev/video0"}, folder_.path()),
            (std::vector<std::string>{"wireplumber (process 90)", "ffmpeg (process 812)"}));
  EXPECT_EQ(reason(),
            "the camera is busy (EBUSY): wireplumber (process 90) and ffmpeg (process 812) have it "
            "open; end those that use it, and the camera comes by itself");
}

TEST_F(CameraDevicesTest, ThisProcessDoesNotAccuseItself) {
  add_process(std::to_string(getpid()), "freshframe", "/dev/video0");
  EXPECT_TRUE(holders_of({"/dev/video0"}, folder_.path()).empty());
}

TEST_F(CameraDevicesTest, WhereNobodyIsSeenTheCommandThatSeesAllIsGiven) {
  EXPECT_NE(reason().find("\"sudo fuser -v /dev/media0 /dev/video0\" names the program"),
            std::string::npos)
      << reason();
  EXPECT_NE(busy_reason({}, folder_.path()).find("fuser -v /dev/video* /dev/media*"),
            std::string::npos);
}

// A process chooses its name, and viewers and the log are told it.
TEST_F(CameraDevicesTest, NamesThatAreNoTextAreNotPassedOn) {
  add_process("5", "a\x1b[2Jb", "/dev/video0");
  add_process("6", "\xff", "/dev/video0");
  EXPECT_EQ(holders_of({"/dev/video0"}, folder_.path()),
            (std::vector<std::string>{"a?[2Jb (process 5)", "a program (process 6)"}));
}

}  // namespace
}  // namespace freshframe
