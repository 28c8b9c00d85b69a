#include <gtest/gtest.h>

#include "encode/v4l2_device_search.h"

#include "fake_v4l2_device.h"

namespace freshframe {
namespace {

class V4l2DeviceSearchTest : public testing::Test {
 protected:
  ~V4l2DeviceSearchTest() override {
    EXPECT_EQ(device_.open_descriptors(), 0U);
    EXPECT_EQ(device_.mappings(), 0U);
  }

  std::string why_not() {
    const auto encoder = describe_v4l2_encoder(device_, "/dev/video7");
    return encoder ? "it is one" : encoder.error().reason;
  }

  FakeV4l2Device device_;
};

TEST_F(V4l2DeviceSearchTest, AnEncoderIsKnownByWhatItSays) {
  for (const bool is_multiplanar : {true, false}) {
    device_.is_multiplanar = is_multiplanar;
    device_.jpeg_fourcc = is_multiplanar ? V4L2_PIX_FMT_JPEG : V4L2_PIX_FMT_MJPEG;
    device_.lowest_quality = 5;
    const auto encoder = find_v4l2_encoder(device_);
    ASSERT_TRUE(encoder) << encoder.error().reason;
    EXPECT_EQ(encoder->name(), "Fake encoder (/dev/video7)");
    EXPECT_EQ(encoder->is_multiplanar, is_multiplanar);
    EXPECT_EQ(encoder->jpeg_fourcc, device_.jpeg_fourcc);
    EXPECT_EQ(encoder->raw_fourccs, device_.raw_fourccs);
    EXPECT_EQ(encoder->lowest_quality, 5);
    EXPECT_EQ(encoder->highest_quality, 100);
  }
}

// The Raspberry Pi's video encoder offers MJPEG as well, at a bit rate.
TEST_F(V4l2DeviceSearchTest, ADeviceWithoutAQualityIsNone) {
  device_.has_quality = false;
  EXPECT_EQ(why_not(), "it is no JPEG encoder: its JPEG quality cannot be set");
}

TEST_F(V4l2DeviceSearchTest, ADeviceThatMakesSomethingElseIsNone) {
  device_.jpeg_fourcc = V4L2_PIX_FMT_H264;
  EXPECT_EQ(why_not(), "it is no JPEG encoder: it makes no JPEG");
}

TEST_F(V4l2DeviceSearchTest, ADeviceThatCannotStreamIsNone) {
  device_.capabilities = V4L2_CAP_READWRITE;
  EXPECT_EQ(why_not(), "it is no JPEG encoder: it does not turn memory into memory");
}

TEST_F(V4l2DeviceSearchTest, TheFirstThatIsOneIsTaken) {
  device_.nodes = {"/dev/video0", "/dev/video2", "/dev/video10", "/dev/video31"};
  device_.open_errors = {{"/dev/video0", EBUSY}, {"/dev/video2", EACCES}};
  const auto encoder = find_v4l2_encoder(device_);
  ASSERT_TRUE(encoder) << encoder.error().reason;
  EXPECT_EQ(encoder->path, "/dev/video10");
}

TEST_F(V4l2DeviceSearchTest, WithoutAnyTheReasonSaysWhatWasLookedAt) {
  device_.jpeg_fourcc = V4L2_PIX_FMT_H264;
  const auto encoder = find_v4l2_encoder(device_);
  ASSERT_FALSE(encoder);
  EXPECT_EQ(encoder.error().kind, Failure::Kind::kUnavailable);
  EXPECT_EQ(encoder.error().reason,
            "there is no hardware JPEG encoder: none of 1 video devices (/dev/video*) turns raw "
            "pictures into JPEG");
}

TEST_F(V4l2DeviceSearchTest, ADeviceThatMayNotBeOpenedIsToldWithTheGroup) {
  device_.open_errors = {{"/dev/video7", EACCES}};
  const auto encoder = find_v4l2_encoder(device_);
  ASSERT_FALSE(encoder);
  EXPECT_EQ(encoder.error().kind, Failure::Kind::kNoPermission);
  EXPECT_EQ(encoder.error().reason,
            "this user may not open /dev/video7; add the user to the group video (sudo usermod -aG "
            "video $USER) and log in again");
}

TEST_F(V4l2DeviceSearchTest, WhicheverCallFailsNothingStaysOpen) {
  ASSERT_TRUE(find_v4l2_encoder(device_));
  const int calls = device_.calls_made;
  ASSERT_GT(calls, 5);
  for (int failing = 0; failing < calls; ++failing) {
    device_.calls_made = 0;
    device_.failing_call = failing;
    find_v4l2_encoder(device_);
    EXPECT_EQ(device_.open_descriptors(), 0U) << "call " << failing;
  }
}

}  // namespace
}  // namespace freshframe
