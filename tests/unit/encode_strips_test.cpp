#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "encode/join_strips.h"
#include "encode/jpeg_encoder.h"
#include "encode/jpeg_marker_walk.h"
#include "encode/strip_plan.h"

#include "jpeg_test_support.h"
#include "random_picture.h"

namespace freshframe {
namespace {

using Bytes = std::vector<std::byte>;

constexpr unsigned kSeed = 20260701;

std::span<const std::byte> image_of(JpegEncoder& encoder, const Frame& frame) {
  const auto image = encoder.encode(frame);
  EXPECT_TRUE(image.has_value());
  return image ? *image : std::span<const std::byte>();
}

// Without threads: each strip by an encoder of its own, and joined.
Bytes encode_in_strips(const Frame& frame, int quality_percent, std::size_t strips) {
  const FrameInfo& info = frame.info();
  const StripPlan plan = cut_in_strips(info.format, info.width_px, info.height_px, strips);
  std::vector<std::unique_ptr<JpegEncoder>> encoders;
  std::vector<std::span<const std::byte>> images;
  for (std::size_t i = 0; i < plan.count; ++i) {
    encoders.push_back(make_jpeg_encoder(info.format, quality_percent));
    const Frame strip = strip_of(frame, plan, i);
    images.push_back(image_of(*encoders.back(), strip));
  }
  Bytes joined;
  EXPECT_TRUE(join_strips(images, info.height_px, plan.restart_interval_mcus, joined));
  return joined;
}

Bytes encode_whole(const Frame& frame, int quality_percent) {
  const auto encoder = make_jpeg_encoder(frame.info().format, quality_percent);
  const auto image = image_of(*encoder, frame);
  return {image.begin(), image.end()};
}

// The numbers of the restart markers, in their order. FF is followed by 00 where it is data.
std::vector<unsigned> restart_numbers(const Bytes& jpeg) {
  std::vector<unsigned> numbers;
  for (std::size_t i = 0; i + 1 < jpeg.size(); ++i) {
    const auto marker = std::to_integer<unsigned>(jpeg[i + 1]);
    if (jpeg[i] == std::byte{0xff} && marker >= 0xd0 && marker <= 0xd7) {
      numbers.push_back(marker - 0xd0);
    }
  }
  return numbers;
}

// Catches a strip that begins on the wrong row of a plane, chroma padded inside the picture, tables
// that differ, restart markers missing or out of turn, and a wrong interval: the decoder stops at
// its first warning. With the guard pages also a strip that reads behind the picture.
void expect_the_same_picture(const Frame& frame, int quality_percent, std::size_t strips) {
  const Bytes whole = encode_whole(frame, quality_percent);
  const Bytes joined = encode_in_strips(frame, quality_percent, strips);
  EXPECT_EQ(decode_rgb(joined).samples, decode_rgb(whole).samples);
  EXPECT_EQ(decode_yuv(joined), decode_yuv(whole));

  const auto layout = walk_jpeg_markers(joined);
  ASSERT_TRUE(layout.has_value()) << layout.error().what;
  EXPECT_EQ(layout->size_bytes, joined.size());
  EXPECT_EQ(layout->width_px, frame.info().width_px);
  EXPECT_EQ(layout->height_px, frame.info().height_px);
  EXPECT_EQ(layout->missing_huffman_tables, 0);
  EXPECT_FALSE(layout->progressive);
}

constexpr std::array kRawFormats = {PixelFormat::kNv12,  PixelFormat::kNv21,   PixelFormat::kYuv420,
                                    PixelFormat::kYuyv,  PixelFormat::kUyvy,   PixelFormat::kRgb24,
                                    PixelFormat::kBgr24, PixelFormat::kRgbx32, PixelFormat::kBgrx32,
                                    PixelFormat::kGrey8};

class StripsTest : public testing::TestWithParam<PixelFormat> {
 protected:
  std::mt19937 random_{kSeed};
};

TEST_P(StripsTest, HeightsFromOneRowToSeveralStripsDecodeToTheSamePicture) {
  for (int height = 1; height <= 83; ++height) {
    const RandomPicture picture(GetParam(), 49, height, random_);
    for (const std::size_t strips : {2U, 3U, 6U}) {
      SCOPED_TRACE(testing::Message() << height << " px high in " << strips << " strips");
      expect_the_same_picture(picture.frame(), 80, strips);
    }
  }
}

TEST_P(StripsTest, WidthsOfEveryRemainderDecodeToTheSamePicture) {
  for (int width = 1; width <= 50; ++width) {
    const RandomPicture picture(GetParam(), width, 61, random_, 7);
    SCOPED_TRACE(testing::Message() << width << " px wide");
    expect_the_same_picture(picture.frame(), 80, 3);
  }
}

TEST_P(StripsTest, AnyNumberOfStripsDecodesToTheSamePicture) {
  const RandomPicture picture(GetParam(), 75, 333, random_);
  for (std::size_t strips = 1; strips <= 50; ++strips) {
    SCOPED_TRACE(testing::Message() << strips << " strips");
    expect_the_same_picture(picture.frame(), 80, strips);
  }
}

TEST_P(StripsTest, AnyQualityDecodesToTheSamePicture) {
  const RandomPicture picture(GetParam(), 97, 131, random_, 3);
  for (const int quality : {1, 2, 10, 25, 49, 50, 51, 75, 90, 95, 99, 100}) {
    SCOPED_TRACE(testing::Message() << "quality " << quality);
    expect_the_same_picture(picture.frame(), quality, 4);
  }
}

TEST_P(StripsTest, LimitedRangeDecodesToTheSamePicture) {
  for (const auto& [width, height] : {std::pair{64, 64}, {63, 95}, {33, 77}}) {
    const RandomPicture picture(GetParam(), width, height, random_, 0, YuvRange::kLimited);
    expect_the_same_picture(picture.frame(), 85, 4);
  }
}

// Markers are counted modulo 8, from the first on that stands between two strips.
TEST_P(StripsTest, RestartMarkersAreCountedFrom0To7AgainAndAgain) {
  const RandomPicture picture(GetParam(), 20, 400, random_);
  const int mcu_px = GetParam() == PixelFormat::kGrey8 ? 8 : 16;
  const auto most = static_cast<std::size_t>(400 / mcu_px);
  const std::vector<unsigned> numbers =
      restart_numbers(encode_in_strips(picture.frame(), 80, most));
  ASSERT_EQ(numbers.size(), most - 1);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    EXPECT_EQ(numbers[i], i % 8);
  }
}

INSTANTIATE_TEST_SUITE_P(EveryFormat, StripsTest, testing::ValuesIn(kRawFormats),
                         [](const testing::TestParamInfo<PixelFormat>& parameter) {
                           return std::string(to_string(parameter.param));
                         });

// A strip of so wide a picture may have 16 MCU rows: with more, DRI would overflow.
TEST(WidePictureTest, StripsOfTheWidestPictureKeepWithinARestartInterval) {
  std::mt19937 random(kSeed);
  const RandomPicture picture(PixelFormat::kGrey8, 65500, 200, random);
  const StripPlan plan = cut_in_strips(PixelFormat::kGrey8, 65500, 200, 2);
  EXPECT_EQ(plan.strip_height_px, 64);
  EXPECT_EQ(plan.count, 4U);
  expect_the_same_picture(picture.frame(), 50, 2);
}

TEST(StripPlanTest, StripsCoverThePictureAndAllButTheLastAreOfOneHeight) {
  for (const PixelFormat format : {PixelFormat::kNv12, PixelFormat::kGrey8}) {
    const int mcu_px = format == PixelFormat::kGrey8 ? 8 : 16;
    for (const int height : {1, 15, 16, 17, 480, 719, 720, 1080, 65500}) {
      for (const int width : {1, 640, 1919, 65500}) {
        for (std::size_t strips = 1; strips <= 70; ++strips) {
          const StripPlan plan = cut_in_strips(format, width, height, strips);
          SCOPED_TRACE(testing::Message() << width << "x" << height << " in " << strips);
          ASSERT_EQ(plan.strip_height_px % mcu_px, 0);
          ASSERT_GE(static_cast<int>(plan.count) * plan.strip_height_px, height);
          ASSERT_LT(static_cast<int>(plan.count - 1) * plan.strip_height_px, height);
          ASSERT_LE(plan.restart_interval_mcus, 65535);
          ASSERT_EQ(plan.restart_interval_mcus,
                    plan.strip_height_px / mcu_px * ((width + mcu_px - 1) / mcu_px));
        }
      }
    }
  }
}

TEST(StripPlanTest, SmallPicturesAndSingleThreadsAreNotWorthStrips) {
  EXPECT_EQ(strips_worth_making(1, 1, 8), 1U);
  EXPECT_EQ(strips_worth_making(320, 240, 8), 1U);
  EXPECT_EQ(strips_worth_making(1920, 1080, 1), 1U);
  EXPECT_EQ(strips_worth_making(1920, 1080, 0), 1U);
}

TEST(StripPlanTest, LargerPicturesAreWorthMoreThreads) {
  const std::size_t for_two = strips_worth_making(1920, 1080, 2);
  EXPECT_GT(for_two, 1U);
  EXPECT_GT(strips_worth_making(1920, 1080, 4), for_two);
  EXPECT_EQ(strips_worth_making(640, 480, 2), strips_worth_making(640, 480, 16));
}

class UnjoinableStripsTest : public testing::Test {
 protected:
  bool can_join(const std::vector<Bytes>& images) {
    const std::vector<std::span<const std::byte>> strips(images.begin(), images.end());
    return join_strips(strips, 32, 4, joined_);
  }
  // 64x16, which is one strip.
  static Bytes strip(int quality_percent = 80, PixelFormat format = PixelFormat::kNv12,
                     int width_px = 64) {
    std::mt19937 random(kSeed);
    return encode_whole(RandomPicture(format, width_px, 16, random).frame(), quality_percent);
  }
  // As libjpeg-turbo makes them when its own environment variable says so.
  static Bytes strip_under(const char* variable, const char* value) {
    ::setenv(variable, value, 1);
    Bytes made = strip();
    ::unsetenv(variable);
    return made;
  }

  Bytes joined_;
};

TEST_F(UnjoinableStripsTest, StripsOfOneKindAreJoined) {
  EXPECT_TRUE(can_join({strip(), strip()}));
}

TEST_F(UnjoinableStripsTest, StripsOfDifferentTablesAreNot) {
  EXPECT_FALSE(can_join({strip(80), strip(81)}));
  EXPECT_FALSE(can_join({strip(), strip(80, PixelFormat::kGrey8)}));
  EXPECT_FALSE(can_join({strip(), strip(80, PixelFormat::kNv12, 65)}));
  EXPECT_FALSE(can_join({strip(), strip_under("TJ_OPTIMIZE", "1")}));
}

TEST_F(UnjoinableStripsTest, ProgressiveStripsAndThoseWithRestartMarkersAreNot) {
  for (const auto& [variable, value] : {std::pair{"TJ_PROGRESSIVE", "1"}, {"TJ_RESTART", "1"}}) {
    const Bytes made = strip_under(variable, value);
    EXPECT_NE(made, strip()) << "this libjpeg-turbo does not know " << variable;
    EXPECT_FALSE(can_join({made, made})) << variable;
  }
}

}  // namespace
}  // namespace freshframe
