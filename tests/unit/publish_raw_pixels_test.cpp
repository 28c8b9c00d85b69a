#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "publish/raw_pixels.h"

#include "pixel_arrays.h"

namespace freshframe {
namespace {

using Bytes = std::vector<std::byte>;

std::string described(const std::optional<RawPixels>& pixels) {
  if (!pixels) {
    return "no pixels";
  }
  return std::to_string(pixels->size.width_px) + "x" + std::to_string(pixels->size.height_px) +
         " " + std::string(pixels->number) + std::string(pixels->channels);
}

Bytes noise(std::size_t size, std::mt19937& random) {
  Bytes bytes(size);
  for (std::byte& byte : bytes) {
    byte = static_cast<std::byte>(random() & 255);
  }
  return bytes;
}

TEST(RawPixelsTest, PicturesOfCommonSizesAreRecognised) {
  const std::vector<std::pair<Size, std::string>> sizes = {
      {{160, 120}, "160x120"}, {{320, 240}, "320x240"},   {{640, 480}, "640x480"},
      {{800, 600}, "800x600"}, {{1280, 720}, "1280x720"}, {{224, 224}, "224x224"},
      {{640, 640}, "640x640"}, {{640, 360}, "640x360"},   {{1296, 972}, "1296x972"}};
  for (const auto& [size, name] : sizes) {
    EXPECT_EQ(described(fit_common_pixels(picture_pixels(size.width_px, size.height_px, 3))),
              name + " BGR");
    EXPECT_EQ(described(fit_common_pixels(picture_pixels(size.width_px, size.height_px, 4))),
              name + " BGRA");
    EXPECT_EQ(described(fit_common_pixels(picture_pixels(size.width_px, size.height_px, 1))),
              name + " grey");
  }
}

TEST(RawPixelsTest, WithoutContrastThreeChannelsComeFirst) {
  // Also 240x240 and 320x180 in grey.
  EXPECT_EQ(described(fit_common_pixels(Bytes(57600))), "160x120 BGR");
  // Also 1280x720 in grey.
  EXPECT_EQ(described(fit_common_pixels(Bytes(921600))), "640x480 BGR");
  EXPECT_EQ(described(fit_common_pixels(Bytes(921600, std::byte{255}))), "640x480 BGR");
}

TEST(RawPixelsTest, PlanesOfYuvAreRecognised) {
  Bytes yuv = picture_pixels(640, 480, 1);
  yuv.resize(yuv.size() * 3 / 2, std::byte{128});
  EXPECT_EQ(described(fit_common_pixels(yuv)), "640x480 YUV420 or NV12");
  EXPECT_EQ(described(fit_pixels(yuv, {640, 480})), "640x480 YUV420 or NV12");
  EXPECT_EQ(described(fit_pixels(Bytes(640 * 480 * 2), {640, 480})), "640x480 YUYV or 16-bit grey");
}

TEST(RawPixelsTest, FloatsAreToldFromBytes) {
  EXPECT_EQ(described(fit_common_pixels(float_pixels<float>(160, 120, 3, 1.0F / 255))),
            "160x120 float32 BGR");
  EXPECT_EQ(described(fit_common_pixels(float_pixels<double>(160, 120, 3, 1.0 / 255))),
            "160x120 float64 BGR");
  EXPECT_EQ(described(fit_common_pixels(float_pixels<float>(640, 480, 1, 1))),
            "640x480 float32 grey");
  EXPECT_EQ(described(fit_common_pixels(float_pixels<double>(640, 480, 1, 1))),
            "640x480 float64 grey");
  EXPECT_EQ(described(fit_pixels(float_pixels<float>(33, 21, 3, 0.5F), {33, 21})),
            "33x21 float32 BGR");
  EXPECT_EQ(fit_common_pixels(float_pixels<float>(160, 120, 3, 1.0F / 255))->kind,
            RawPixels::Kind::kUnitFloats);
  EXPECT_EQ(fit_common_pixels(float_pixels<float>(160, 120, 3, 1))->kind, RawPixels::Kind::kFloats);
}

// Grey bytes such as 3f 3f 3f 3f are numbers too: 0.747.
TEST(RawPixelsTest, GreyBytesAreNoFloats) {
  for (int grey = 0; grey < 256; ++grey) {
    EXPECT_EQ(described(fit_common_pixels(Bytes(57600, static_cast<std::byte>(grey)))),
              "160x120 BGR")
        << grey;
  }
}

TEST(RawPixelsTest, AStatedSizeFitsEveryArrayOfIt) {
  for (int width = 1; width < 40; ++width) {
    for (int height = 1; height < 40; ++height) {
      EXPECT_TRUE(fit_pixels(picture_pixels(width, height, 3), {width, height}).has_value());
      EXPECT_EQ(described(fit_pixels(picture_pixels(width, height, 1), {width, height})),
                std::to_string(width) + "x" + std::to_string(height) + " grey");
    }
  }
}

TEST(RawPixelsTest, NextToNoOtherLengthIsTakenForPixels) {
  std::mt19937 random(20261125);
  const Bytes bytes = noise(200000, random);
  int taken = 0;
  constexpr int kLengths = 20000;
  for (int i = 0; i < kLengths; ++i) {
    const std::size_t size = random() % bytes.size();
    taken += fit_common_pixels(std::span(bytes).first(size)).has_value() ? 1 : 0;
  }
  EXPECT_LE(taken, 20);
  // Buffers of programs, of a size that squares of pixels have as well.
  for (std::size_t size = 1; size <= bytes.size(); size *= 2) {
    EXPECT_FALSE(fit_common_pixels(std::span(bytes).first(size)).has_value());
  }
  EXPECT_FALSE(fit_common_pixels({}).has_value());
  EXPECT_FALSE(fit_pixels({}, {160, 120}).has_value());
}

TEST(RawPixelsTest, PicturesLookLikePixelsAndNoiseDoesNot) {
  std::mt19937 random(9);
  EXPECT_TRUE(look_like_pixels(picture_pixels(123, 77, 3)));
  EXPECT_TRUE(look_like_pixels(picture_pixels(123, 77, 4)));
  EXPECT_TRUE(look_like_pixels(picture_pixels(123, 77, 1)));
  EXPECT_TRUE(look_like_pixels(Bytes(5000)));
  EXPECT_FALSE(look_like_pixels(noise(5000, random)));
  EXPECT_FALSE(look_like_pixels(Bytes(10)));
  EXPECT_FALSE(look_like_pixels({}));
}

}  // namespace
}  // namespace freshframe
