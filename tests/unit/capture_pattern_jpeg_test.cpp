#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <ostream>
#include <string>
#include <vector>

#include "capture/number_cells.h"
#include "capture/pattern_jpeg.h"
#include "capture/pattern_picture.h"

#include "jpeg_test_support.h"

namespace freshframe {
namespace {

using std::chrono::microseconds;

class PatternJpegTest : public testing::TestWithParam<Size> {
 protected:
  std::vector<std::byte> image(std::uint64_t sequence) {
    std::vector<std::byte> jpeg;
    pattern_.encode(sequence, UnixTime(microseconds(1234567890123456)), jpeg);
    return jpeg;
  }

  // What the same frame looks like before encoding, as the encoder alone would make it of the
  // whole.
  std::vector<std::byte> encoded_as_a_whole(std::uint64_t sequence) {
    picture_.header().draw(sequence, UnixTime(microseconds(1234567890123456)));
    Nv12Image whole(GetParam());
    picture_.copy_to(PatternPicture::sway_px(sequence), whole.y_row(0), whole.uv_row(0),
                     whole.stride_bytes());
    const Chroma chroma = split_chroma(whole);
    StripEncoder encoder(GetParam().width_px, GetParam().height_px);
    const StripJpeg jpeg = encoder.encode(whole, chroma, 0, GetParam().height_px);
    std::vector<std::byte> bytes(jpeg.head.begin(), jpeg.head.end());
    bytes.insert(bytes.end(), jpeg.data.begin(), jpeg.data.end());
    bytes.insert(bytes.end(), {std::byte{0xff}, std::byte{0xd9}});
    return bytes;
  }

  PatternPicture picture_{GetParam()};
  PatternJpeg pattern_{picture_};
};

std::vector<std::uint8_t> green_of(const RgbPicture& picture) {
  std::vector<std::uint8_t> green;
  for (std::size_t i = 1; i < picture.samples.size(); i += 3) {
    green.push_back(picture.samples[i]);
  }
  return green;
}

// The joined strips decode without a warning to the very pixels that one encoding of the whole
// picture gives. Catches a wrong restart interval or height, and strips in the wrong order.
// Sequence 0 and 64 are the ends of the sway, where small and large pictures alike stand exactly.
TEST_P(PatternJpegTest, JoinedStripsAreTheSamePictureAsOneEncodedAsAWhole) {
  for (const std::uint64_t sequence : {0U, 64U, 128U}) {
    const RgbPicture joined = decode_rgb(image(sequence));
    EXPECT_EQ(joined.width_px, GetParam().width_px);
    EXPECT_EQ(joined.height_px, GetParam().height_px);
    EXPECT_EQ(joined.samples, decode_rgb(encoded_as_a_whole(sequence)).samples);
  }
}

TEST_P(PatternJpegTest, EachFrameCarriesItsOwnNumber) {
  for (const std::uint64_t sequence : {0ULL, 1ULL, 2ULL, 63ULL, 0xffffffULL, 0x123456789ULL}) {
    const RgbPicture picture = decode_rgb(image(sequence));
    EXPECT_EQ(read_number_cells(green_of(picture), static_cast<std::size_t>(picture.width_px),
                                picture.width_px),
              sequence & 0xffffff);
  }
}

TEST_P(PatternJpegTest, TheColourBarsHaveTheirColours) {
  const RgbPicture picture = decode_rgb(image(5));
  constexpr std::array<std::array<int, 3>, 8> kColours = {{{191, 191, 191},
                                                           {191, 191, 0},
                                                           {0, 191, 191},
                                                           {0, 191, 0},
                                                           {191, 0, 191},
                                                           {191, 0, 0},
                                                           {0, 0, 191},
                                                           {0, 0, 0}}};
  for (std::size_t bar = 0; bar < kColours.size(); ++bar) {
    const int x = picture.width_px * (2 * static_cast<int>(bar) + 1) / 16;
    for (std::size_t channel = 0; channel < 3; ++channel) {
      EXPECT_NEAR(picture.samples[picture.offset(x, picture.height_px - 1) + channel],
                  kColours[bar][channel], 24)
          << "bar " << bar << ", channel " << channel;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, PatternJpegTest,
                         testing::Values(Size{128, 96}, Size{129, 97}, Size{333, 251},
                                         Size{640, 480}, Size{1279, 719}, Size{128, 2160},
                                         Size{4096, 96}),
                         [](const testing::TestParamInfo<Size>& parameter) {
                           return std::to_string(parameter.param.width_px) + "x" +
                                  std::to_string(parameter.param.height_px);
                         });

TEST(PatternJpegCycleTest, EveryFrameOfACycleIsACleanImageThatMoves) {
  PatternJpeg pattern{PatternPicture(Size{160, 120})};
  std::vector<std::byte> jpeg;
  RgbPicture last;
  for (std::uint64_t sequence = 0; sequence < 128; ++sequence) {
    pattern.encode(sequence, UnixTime(microseconds(sequence * 33333)), jpeg);
    RgbPicture picture = decode_rgb(jpeg);
    EXPECT_NE(picture.samples, last.samples);
    last = std::move(picture);
  }
}

}  // namespace
}  // namespace freshframe
