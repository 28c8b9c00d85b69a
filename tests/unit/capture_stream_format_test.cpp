#include <gtest/gtest.h>

#include "capture/stream_format.h"

namespace freshframe {
namespace {

TEST(StreamFormat, IsToldForTheLog) {
  StreamFormat format{1280, 720, 30, PixelFormat::kMjpeg};
  EXPECT_EQ(to_string(format), "1280x720 mjpeg at 30 frames/s");
  format.frames_per_second = 1e6 / 33'366;
  EXPECT_EQ(to_string(format), "1280x720 mjpeg at 29.97 frames/s");
}

TEST(StreamFormat, ARateThatTheCameraDoesNotTellIsNotZero) {
  EXPECT_EQ(to_string(StreamFormat{640, 480, 0, PixelFormat::kYuyv}),
            "640x480 yuyv at a rate that it does not tell");
}

}  // namespace
}  // namespace freshframe
