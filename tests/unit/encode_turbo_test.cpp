#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "encode/jpeg_encoder.h"
#include "encode/jpeg_marker_walk.h"
#include "encode/plane_shapes.h"

#include "jpeg_test_support.h"
#include "raw_picture.h"

namespace freshframe {
namespace {

RgbPicture grey(RgbPicture picture) {
  for (std::size_t i = 0; i < picture.samples.size(); i += 3) {
    const auto value = static_cast<std::uint8_t>(std::lround(0.299 * picture.samples[i] +
                                                             0.587 * picture.samples[i + 1] +
                                                             0.114 * picture.samples[i + 2]));
    std::fill_n(picture.samples.begin() + static_cast<std::ptrdiff_t>(i), 3, value);
  }
  return picture;
}

RgbPicture plain(int width_px, int height_px, std::array<std::uint8_t, 3> colour) {
  RgbPicture picture{width_px, height_px, {}};
  for (int i = 0; i < width_px * height_px; ++i) {
    picture.samples.insert(picture.samples.end(), colour.begin(), colour.end());
  }
  return picture;
}

constexpr std::array kYuvFormats = {PixelFormat::kNv12, PixelFormat::kNv21, PixelFormat::kYuv420,
                                    PixelFormat::kYuyv, PixelFormat::kUyvy};
constexpr std::array kRawFormats = {PixelFormat::kNv12,  PixelFormat::kNv21,   PixelFormat::kYuv420,
                                    PixelFormat::kYuyv,  PixelFormat::kUyvy,   PixelFormat::kRgb24,
                                    PixelFormat::kBgr24, PixelFormat::kRgbx32, PixelFormat::kBgrx32,
                                    PixelFormat::kGrey8};

struct Shape {
  int width_px;
  int height_px;
  std::size_t padding_bytes;
};

using FormatAndShape = std::tuple<PixelFormat, Shape>;

class TurboEncoderTest : public testing::TestWithParam<FormatAndShape> {};

// Catches swapped channels or planes, a stride taken for a width, chroma rounded down at odd sizes,
// and (with the guard page) a read behind the last sample.
TEST_P(TurboEncoderTest, ADecoderSeesThePictureThatTheCameraSaw) {
  const auto [format, shape] = GetParam();
  const RgbPicture original = smooth_picture(shape.width_px, shape.height_px);
  const RawPicture raw(original, format, shape.padding_bytes);
  const auto encoder = make_jpeg_encoder(format, 92);
  const Frame frame = raw.frame();
  const auto jpeg = encoder->encode(frame);
  ASSERT_TRUE(jpeg.has_value());
  const RgbPicture decoded = decode_rgb(*jpeg);
  EXPECT_GT(psnr_db(decoded, format == PixelFormat::kGrey8 ? grey(original) : original), 36);
}

TEST_P(TurboEncoderTest, TheImageIsBaselineWithAllItsTablesAndNothingBehindIt) {
  const auto [format, shape] = GetParam();
  const RawPicture raw(smooth_picture(shape.width_px, shape.height_px), format,
                       shape.padding_bytes);
  const auto encoder = make_jpeg_encoder(format, 80);
  const Frame frame = raw.frame();
  const auto jpeg = encoder->encode(frame);
  ASSERT_TRUE(jpeg.has_value());
  const auto layout = walk_jpeg_markers(*jpeg);
  ASSERT_TRUE(layout.has_value()) << layout.error().what;
  EXPECT_EQ(layout->size_bytes, jpeg->size());
  EXPECT_EQ(layout->width_px, shape.width_px);
  EXPECT_EQ(layout->height_px, shape.height_px);
  EXPECT_EQ(layout->component_count, format == PixelFormat::kGrey8 ? 1 : 3);
  EXPECT_EQ(layout->missing_huffman_tables, 0);
  EXPECT_FALSE(layout->progressive);
}

INSTANTIATE_TEST_SUITE_P(EveryFormat, TurboEncoderTest,
                         testing::Combine(testing::ValuesIn(kRawFormats),
                                          testing::Values(Shape{64, 48, 0}, Shape{63, 47, 0},
                                                          Shape{64, 48, 37}, Shape{63, 47, 21},
                                                          Shape{130, 97, 0}, Shape{33, 1, 5},
                                                          Shape{1, 33, 0})),
                         [](const testing::TestParamInfo<FormatAndShape>& parameter) {
                           const Shape& shape = std::get<Shape>(parameter.param);
                           return std::string(to_string(std::get<PixelFormat>(parameter.param))) +
                                  "_" + std::to_string(shape.width_px) + "x" +
                                  std::to_string(shape.height_px) + "_plus_" +
                                  std::to_string(shape.padding_bytes);
                         });

TEST(TurboEncoderColourTest, RedGreenAndBlueStayWhatTheyAreInEveryFormat) {
  constexpr std::array<std::array<std::uint8_t, 3>, 3> kColours = {
      {{230, 20, 30}, {20, 200, 40}, {10, 30, 240}}};
  for (const PixelFormat format : kRawFormats) {
    if (format == PixelFormat::kGrey8) {
      continue;
    }
    const auto encoder = make_jpeg_encoder(format, 90);
    for (const auto& colour : kColours) {
      const RawPicture raw(plain(32, 32, colour), format);
      const Frame frame = raw.frame();
      const auto jpeg = encoder->encode(frame);
      ASSERT_TRUE(jpeg.has_value());
      const RgbPicture decoded = decode_rgb(*jpeg);
      for (std::size_t channel = 0; channel < 3; ++channel) {
        EXPECT_NEAR(decoded.samples[decoded.offset(16, 16) + channel], colour[channel], 4)
            << to_string(format);
      }
    }
  }
}

TEST(TurboEncoderRangeTest, LimitedRangeIsStretchedSoThatThePictureIsTheSame) {
  for (const PixelFormat format : kYuvFormats) {
    for (const std::size_t padding : {std::size_t{0}, std::size_t{19}}) {
      const RgbPicture original = smooth_picture(75, 51);
      const RawPicture raw(original, format, padding, YuvRange::kLimited);
      const auto encoder = make_jpeg_encoder(format, 92);
      const Frame frame = raw.frame();
      const auto jpeg = encoder->encode(frame);
      ASSERT_TRUE(jpeg.has_value());
      EXPECT_GT(psnr_db(decode_rgb(*jpeg), original), 36) << to_string(format);
    }
  }
}

TEST(TurboEncoderRangeTest, LimitedRangeBlackAndWhiteBecomeFullBlackAndWhite) {
  for (const PixelFormat format : kYuvFormats) {
    for (const std::uint8_t value : {std::uint8_t{0}, std::uint8_t{255}}) {
      const RawPicture raw(plain(16, 16, {value, value, value}), format, 0, YuvRange::kLimited);
      const auto encoder = make_jpeg_encoder(format, 95);
      const Frame frame = raw.frame();
      const auto jpeg = encoder->encode(frame);
      ASSERT_TRUE(jpeg.has_value());
      EXPECT_EQ(decode_rgb(*jpeg).samples[0], value) << to_string(format);
    }
  }
}

TEST(TurboEncoderRangeTest, TheCamerasOwnSamplesAreNotTouched) {
  RawPicture raw(smooth_picture(20, 20), PixelFormat::kYuv420, 0, YuvRange::kLimited);
  const auto before = std::vector(raw.planes()[0].bytes.begin(), raw.planes()[0].bytes.end());
  const auto encoder = make_jpeg_encoder(PixelFormat::kYuv420, 80);
  const Frame frame = raw.frame();
  ASSERT_TRUE(encoder->encode(frame).has_value());
  EXPECT_TRUE(std::ranges::equal(raw.planes()[0].bytes, before));
}

TEST(TurboEncoderStateTest, FramesOfChangingSizeAndRangeGiveWhatAFreshEncoderGives) {
  for (const PixelFormat format : kRawFormats) {
    const auto encoder = make_jpeg_encoder(format, 80);
    for (const auto& [width, height] : {std::pair{64, 48}, {31, 77}, {128, 96}, {31, 77}}) {
      for (const YuvRange range : {YuvRange::kFull, YuvRange::kLimited, YuvRange::kFull}) {
        const RawPicture raw(smooth_picture(width, height), format, 0, range);
        const Frame frame = raw.frame();
        const auto jpeg = encoder->encode(frame);
        const auto fresh = make_jpeg_encoder(format, 80);
        const auto expected = fresh->encode(frame);
        ASSERT_TRUE(jpeg.has_value());
        ASSERT_TRUE(expected.has_value());
        EXPECT_TRUE(std::ranges::equal(*jpeg, *expected)) << to_string(format);
      }
    }
  }
}

TEST(TurboEncoderStateTest, FramesOfOneSizeShareOneOutputBuffer) {
  const RawPicture raw(smooth_picture(64, 48), PixelFormat::kNv12);
  const auto encoder = make_jpeg_encoder(PixelFormat::kNv12, 80);
  const Frame frame = raw.frame();
  const std::byte* first = encoder->encode(frame)->data();
  EXPECT_EQ(encoder->encode(frame)->data(), first);
}

TEST(TurboEncoderStateTest, HigherQualityIsNearerToThePicture) {
  const RgbPicture original = smooth_picture(96, 96);
  const RawPicture raw(original, PixelFormat::kRgb24);
  const Frame frame = raw.frame();
  double last_psnr = 0;
  std::size_t last_size = 0;
  for (const int quality : {1, 30, 80, 100}) {
    const auto encoder = make_jpeg_encoder(PixelFormat::kRgb24, quality);
    const auto jpeg = encoder->encode(frame);
    ASSERT_TRUE(jpeg.has_value());
    const double psnr = psnr_db(decode_rgb(*jpeg), original);
    EXPECT_GT(psnr, last_psnr);
    EXPECT_GT(jpeg->size(), last_size);
    last_psnr = psnr;
    last_size = jpeg->size();
  }
}

class WrongShapeTest : public testing::TestWithParam<PixelFormat> {
 protected:
  WrongShapeTest()
      : raw_(smooth_picture(62, 46), GetParam(), 4), encoder_(make_jpeg_encoder(GetParam(), 80)) {}

  void expect_wrong_shape() {
    const Frame frame = raw_.frame();
    const auto jpeg = encoder_->encode(frame);
    ASSERT_TRUE(jpeg.has_error());
    EXPECT_EQ(jpeg.error(), EncodeError::kWrongShape);
  }

  RawPicture raw_;
  std::unique_ptr<JpegEncoder> encoder_;
};

TEST_P(WrongShapeTest, AnyPlaneOneByteTooShortIsRefusedAndTheNextFrameIsFine) {
  for (Plane& plane : raw_.planes()) {
    const Plane whole = plane;
    plane.bytes = whole.bytes.first(whole.bytes.size() - 1);
    expect_wrong_shape();
    plane.bytes = {};
    expect_wrong_shape();
    plane = whole;
  }
  const Frame frame = raw_.frame();
  EXPECT_TRUE(encoder_->encode(frame).has_value());
}

TEST_P(WrongShapeTest, AStrideShorterThanARowOrBeyondAllMeasureIsRefused) {
  for (Plane& plane : raw_.planes()) {
    const std::size_t stride = plane.stride_bytes;
    for (const std::size_t wrong :
         {std::size_t{0}, stride - 5, stride + 1, std::size_t{1} << 31,
          std::numeric_limits<std::size_t>::max(), std::numeric_limits<std::size_t>::max() / 46}) {
      plane.stride_bytes = wrong;
      expect_wrong_shape();
    }
    plane.stride_bytes = stride;
  }
}

TEST_P(WrongShapeTest, ASizeThatNoJpegHasIsRefused) {
  for (const auto& [width, height] :
       {std::pair{0, 46},
        {62, 0},
        {-62, 46},
        {62, -1},
        {65501, 1},
        {1, 65501},
        {std::numeric_limits<int>::max(), std::numeric_limits<int>::max()},
        {std::numeric_limits<int>::min(), 46}}) {
    raw_.info().width_px = width;
    raw_.info().height_px = height;
    expect_wrong_shape();
  }
}

TEST_P(WrongShapeTest, AMissingOrAnAdditionalPlaneIsRefused) {
  const std::vector<Plane> planes = raw_.planes();
  raw_.planes().pop_back();
  expect_wrong_shape();
  if (planes.size() == Frame::kMaxPlanes) {
    return;  // a frame cannot have more
  }
  raw_.planes() = planes;
  raw_.planes().push_back(planes[0]);
  expect_wrong_shape();
}

TEST_P(WrongShapeTest, AFrameOfAnotherFormatIsRefused) {
  raw_.info().format =
      GetParam() == PixelFormat::kGrey8 ? PixelFormat::kRgb24 : PixelFormat::kGrey8;
  expect_wrong_shape();
  raw_.info().format = PixelFormat::kMjpeg;
  expect_wrong_shape();
}

INSTANTIATE_TEST_SUITE_P(EveryFormat, WrongShapeTest, testing::ValuesIn(kRawFormats),
                         [](const testing::TestParamInfo<PixelFormat>& parameter) {
                           return std::string(to_string(parameter.param));
                         });

}  // namespace
}  // namespace freshframe
