#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/silent_descriptors.h"

namespace freshframe {
namespace {

/// /dev/zero and its like stand in for a camera: always ready to be read.
class SilentDescriptorsTest : public testing::Test {
 protected:
  ~SilentDescriptorsTest() override {
    close(device_);
    close(other_device_);
  }

  static dev_t number_of(const char* path) {
    struct stat status {};
    EXPECT_EQ(stat(path, &status), 0);
    return status.st_rdev;
  }

  static bool is_readable(int descriptor) {
    pollfd request{descriptor, POLLIN, 0};
    return poll(&request, 1, 0) > 0;
  }

  const int device_ = open("/dev/zero", O_RDONLY | O_CLOEXEC);
  const int other_device_ = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
};

TEST_F(SilentDescriptorsTest, TheDeviceHasNothingToSayAnyMore) {
  ASSERT_TRUE(is_readable(device_));
  silence_descriptors_of({number_of("/dev/zero")});
  EXPECT_FALSE(is_readable(device_));
  EXPECT_EQ(fcntl(device_, F_GETFD), FD_CLOEXEC);
}

TEST_F(SilentDescriptorsTest, OtherDevicesStayAsTheyAre) {
  silence_descriptors_of({number_of("/dev/zero")});
  EXPECT_TRUE(is_readable(other_device_));
}

}  // namespace
}  // namespace freshframe
