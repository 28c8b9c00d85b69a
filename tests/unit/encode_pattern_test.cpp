#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "capture/number_cells.h"
#include "capture/pattern_frames.h"
#include "encode/jpeg_encoder.h"
#include "encode/jpeg_marker_walk.h"

#include "jpeg_test_support.h"

namespace freshframe {
namespace {

using std::chrono::microseconds;

struct Sizes {
  std::size_t smallest;
  std::size_t largest;
};

// Of every frame of the pattern's cycle (128 frames), or of each `step`th.
Sizes jpeg_sizes(Size size, PixelFormat format, std::uint64_t step = 1) {
  PatternFrames frames(size, format);
  const auto encoder = make_jpeg_encoder(format, 80);
  Sizes sizes{~std::size_t{0}, 0};
  for (std::uint64_t sequence = 0; sequence < 128; sequence += step) {
    const std::optional<Frame> frame =
        frames.make(sequence, UnixTime(microseconds(sequence * 33333)));
    const auto jpeg = encoder->encode(*frame);
    EXPECT_TRUE(jpeg.has_value());
    sizes.smallest = std::min(sizes.smallest, jpeg->size());
    sizes.largest = std::max(sizes.largest, jpeg->size());
  }
  return sizes;
}

// A pattern that compresses better than a camera's picture would make every figure about this
// server look better than it is.
TEST(PatternThroughEncoderTest, At720pEveryFrameIsAsLargeAsACamerasPicture) {
  for (const PixelFormat format : {PixelFormat::kNv12, PixelFormat::kMjpeg}) {
    const Sizes sizes = jpeg_sizes({1280, 720}, format);
    EXPECT_GE(sizes.smallest, 90'000U);
    EXPECT_LE(sizes.largest, 130'000U);
  }
}

TEST(PatternThroughEncoderTest, OtherSizesTakeAboutAsManyBitsForEachPixel) {
  for (const Size size : {Size{640, 480}, Size{1920, 1080}, Size{720, 1280}}) {
    const Sizes sizes = jpeg_sizes(size, PixelFormat::kNv12, 16);
    const double pixels = static_cast<double>(size.width_px) * size.height_px;
    EXPECT_GE(8 * static_cast<double>(sizes.smallest) / pixels, 0.75) << size.width_px;
    EXPECT_LE(8 * static_cast<double>(sizes.largest) / pixels, 1.3) << size.width_px;
  }
}

TEST(PatternThroughEncoderTest, TheMjpegPatternIsPassedOnAsItIs) {
  PatternFrames frames({333, 251}, PixelFormat::kMjpeg);
  const auto encoder = make_jpeg_encoder(PixelFormat::kMjpeg, 80);
  const std::optional<Frame> frame = frames.make(77, UnixTime(microseconds(0)));
  const auto jpeg = encoder->encode(*frame);
  ASSERT_TRUE(jpeg.has_value());
  EXPECT_EQ(jpeg->data(), frame->planes()[0].bytes.data());
  EXPECT_EQ(jpeg->size(), frame->planes()[0].bytes.size());
  EXPECT_EQ(walk_jpeg_markers(*jpeg)->missing_huffman_tables, 0);
}

TEST(PatternThroughEncoderTest, TheNumberIsReadBackFromTheEncodedPicture) {
  for (const Size size : {Size{128, 96}, Size{641, 479}}) {
    for (const PixelFormat format : {PixelFormat::kNv12, PixelFormat::kMjpeg}) {
      PatternFrames frames(size, format);
      const auto encoder = make_jpeg_encoder(format, 40);
      for (const std::uint64_t sequence : {0ULL, 1ULL, 9999999ULL, 0xfedcba987ULL}) {
        const std::optional<Frame> frame = frames.make(sequence, UnixTime(microseconds(0)));
        const auto jpeg = encoder->encode(*frame);
        ASSERT_TRUE(jpeg.has_value());
        const RgbPicture picture = decode_rgb(*jpeg);
        std::vector<std::uint8_t> green;
        for (std::size_t i = 1; i < picture.samples.size(); i += 3) {
          green.push_back(picture.samples[i]);
        }
        EXPECT_EQ(
            read_number_cells(green, static_cast<std::size_t>(picture.width_px), picture.width_px),
            sequence & 0xffffff);
      }
    }
  }
}

}  // namespace
}  // namespace freshframe
