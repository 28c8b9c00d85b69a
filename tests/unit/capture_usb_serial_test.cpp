#include <gtest/gtest.h>
#include <sys/sysmacros.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "capture/usb_serial.h"

#include "temporary_directory.h"

namespace freshframe {
namespace {

/// A sysfs with one webcam behind a hub, /dev/video0.
class UsbSerialTest : public ::testing::Test {
 protected:
  UsbSerialTest() {
    write(hub_ / "idVendor", "1d6b\n");
    write(hub_ / "serial", "the hub's\n");
    std::filesystem::create_directories(camera_ / "1-1:1.0/video4linux/video0");
    std::filesystem::create_directories(sysfs_ / "dev/char");
    std::filesystem::create_directory_symlink(camera_ / "1-1:1.0/video4linux/video0",
                                              sysfs_ / "dev/char/81:0");
    write(camera_ / "idVendor", "0bda\n");
  }

  static void write(const std::filesystem::path& file, const std::string& text) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }

  std::string serial(unsigned minor_number = 0) {
    return usb_serial_of(makedev(81, minor_number), sysfs_);
  }

  TemporaryDirectory directory_;
  const std::filesystem::path sysfs_ = directory_.path();
  const std::filesystem::path hub_ = sysfs_ / "devices/pci0/usb1";
  const std::filesystem::path camera_ = hub_ / "1-1";
};

TEST_F(UsbSerialTest, ItIsTheCamerasOwn) {
  write(camera_ / "serial", "0042\n");
  EXPECT_EQ(serial(), "0042");
}

TEST_F(UsbSerialTest, ACameraWithoutOneDoesNotHaveItsHubs) {
  EXPECT_EQ(serial(), "");
}

TEST_F(UsbSerialTest, WhatIsNotThereHasNone) {
  EXPECT_EQ(serial(1), "");
}

// It becomes a part of a flag, and of a line that people read.
TEST_F(UsbSerialTest, WhatCannotBeTypedIsLeftOut) {
  for (const std::string& text : {std::string("a\tb\n"), std::string("\xff\xfe\n"),
                                  std::string("two words\n"), std::string(127, 'x')}) {
    write(camera_ / "serial", text);
    EXPECT_EQ(serial(), "") << text;
  }
}

}  // namespace
}  // namespace freshframe
