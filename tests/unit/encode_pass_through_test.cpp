#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "encode/jpeg_encoder.h"
#include "encode/jpeg_marker_walk.h"

#include "jpeg_bytes.h"
#include "jpeg_test_support.h"

namespace freshframe {
namespace {

class PassThroughTest : public testing::Test {
 protected:
  static Frame frame_of(std::span<const std::byte> jpeg, int width_px, int height_px,
                        PixelFormat format = PixelFormat::kMjpeg) {
    FrameInfo info;
    info.width_px = width_px;
    info.height_px = height_px;
    info.format = format;
    const std::array planes = {Plane{jpeg, 0}};
    return Frame(info, planes, nullptr);
  }

  void expect_error(const Frame& frame, EncodeError error) {
    const auto jpeg = encoder_->encode(frame);
    ASSERT_TRUE(jpeg.has_error());
    EXPECT_EQ(jpeg.error(), error) << to_string(jpeg.error());
  }

  std::unique_ptr<JpegEncoder> encoder_ = make_jpeg_encoder(PixelFormat::kMjpeg, 80);
};

// The image without its DHT segments, as webcams send it. Walks the segments on its own.
Bytes without_huffman_tables(const Bytes& jpeg) {
  Bytes stripped(jpeg.begin(), jpeg.begin() + 2);
  std::size_t at = 2;
  for (;;) {
    const std::size_t length = 2 + (std::to_integer<std::size_t>(jpeg[at + 2]) << 8 |
                                    std::to_integer<std::size_t>(jpeg[at + 3]));
    const auto begin = jpeg.begin() + static_cast<std::ptrdiff_t>(at);
    if (jpeg[at + 1] == std::byte{0xda}) {
      stripped.insert(stripped.end(), begin, jpeg.end());
      return stripped;
    }
    if (jpeg[at + 1] != std::byte{0xc4}) {
      stripped.insert(stripped.end(), begin, begin + static_cast<std::ptrdiff_t>(length));
    }
    at += length;
  }
}

// Every Huffman table of an image, by class and id.
std::map<unsigned, Bytes> huffman_tables(std::span<const std::byte> jpeg) {
  std::map<unsigned, Bytes> tables;
  std::size_t at = 2;
  while (jpeg[at + 1] != std::byte{0xda}) {
    const std::size_t length = std::to_integer<std::size_t>(jpeg[at + 2]) << 8 |
                               std::to_integer<std::size_t>(jpeg[at + 3]);
    if (jpeg[at + 1] == std::byte{0xc4}) {
      auto content = jpeg.subspan(at + 4, length - 2);
      while (!content.empty()) {
        std::size_t size = 17;
        for (std::size_t i = 1; i <= 16; ++i) {
          size += std::to_integer<std::size_t>(content[i]);
        }
        tables[std::to_integer<unsigned>(content[0])] =
            Bytes(content.begin(), content.begin() + static_cast<std::ptrdiff_t>(size));
        content = content.subspan(size);
      }
    }
    at += 2 + length;
  }
  return tables;
}

TEST_F(PassThroughTest, AGoodImageIsPassedOnWithoutACopy) {
  const Bytes jpeg = encode_rgb(smooth_picture(40, 30));
  const Frame frame = frame_of(jpeg, 40, 30);
  const auto passed = encoder_->encode(frame);
  ASSERT_TRUE(passed.has_value());
  EXPECT_EQ(passed->data(), jpeg.data());
  EXPECT_EQ(passed->size(), jpeg.size());
}

TEST_F(PassThroughTest, TheZerosBehindAnImageAreCutOffWithoutACopy) {
  const Bytes jpeg = encode_rgb(smooth_picture(40, 30));
  const Bytes padded = jpeg + Bytes(777, std::byte{0});
  const Frame frame = frame_of(padded, 40, 30);
  const auto passed = encoder_->encode(frame);
  ASSERT_TRUE(passed.has_value());
  EXPECT_EQ(passed->data(), padded.data());
  EXPECT_EQ(passed->size(), jpeg.size());
}

TEST_F(PassThroughTest, HuffmanTablesThatACameraLeavesOutArePutIn) {
  for (const int subsampling : {TJSAMP_420, TJSAMP_422, TJSAMP_GRAY}) {
    const Bytes original = encode_rgb(smooth_picture(40, 30), subsampling);
    const Bytes stripped = without_huffman_tables(original);
    ASSERT_LT(stripped.size(), original.size());
    ASSERT_NE(walk_jpeg_markers(stripped)->missing_huffman_tables, 0);

    const Frame frame = frame_of(stripped, 40, 30);
    const auto completed = encoder_->encode(frame);
    ASSERT_TRUE(completed.has_value());
    // libjpeg-turbo would decode the stripped image too; what counts is that the tables are there,
    // and the very same that libjpeg-turbo wrote.
    EXPECT_EQ(walk_jpeg_markers(*completed)->missing_huffman_tables, 0);
    EXPECT_EQ(huffman_tables(*completed), huffman_tables(original));
    EXPECT_EQ(decode_rgb(*completed).samples, decode_rgb(original).samples);
  }
}

TEST_F(PassThroughTest, ACompletedImageDoesNotKeepTheZerosBehindIt) {
  const Bytes stripped = without_huffman_tables(encode_rgb(smooth_picture(40, 30)));
  const Bytes padded = stripped + Bytes(500, std::byte{0});
  const Frame frame = frame_of(padded, 40, 30);
  const auto completed = encoder_->encode(frame);
  ASSERT_TRUE(completed.has_value());
  EXPECT_EQ((*completed)[completed->size() - 2], std::byte{0xff});
  EXPECT_EQ((*completed)[completed->size() - 1], std::byte{0xd9});
}

TEST_F(PassThroughTest, OneCamerasImagesMayComeWithAndWithoutTables) {
  const Bytes whole = encode_rgb(smooth_picture(40, 30));
  const Bytes stripped = without_huffman_tables(whole);
  for (int i = 0; i < 3; ++i) {
    const Frame with = frame_of(whole, 40, 30);
    const Frame without = frame_of(stripped, 40, 30);
    EXPECT_EQ(decode_rgb(*encoder_->encode(with)).samples,
              decode_rgb(*encoder_->encode(without)).samples);
  }
}

TEST_F(PassThroughTest, AnImageCutShortIsTruncated) {
  const Bytes jpeg = encode_rgb(smooth_picture(40, 30));
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{100}, jpeg.size() / 2, jpeg.size() - 1}) {
    expect_error(frame_of(std::span(jpeg).first(size), 40, 30), EncodeError::kTruncated);
  }
}

TEST_F(PassThroughTest, SomethingElseIsForeignAndTheNextImageIsFine) {
  const Bytes noise(1000, std::byte{0x42});
  expect_error(frame_of(noise, 40, 30), EncodeError::kForeign);
  const Bytes jpeg = encode_rgb(smooth_picture(40, 30));
  const Frame frame = frame_of(jpeg, 40, 30);
  EXPECT_TRUE(encoder_->encode(frame).has_value());
}

TEST_F(PassThroughTest, AnImageOfAnotherSizeThanTheCameraPromisedHasTheWrongShape) {
  const Bytes jpeg = encode_rgb(smooth_picture(40, 30));
  expect_error(frame_of(jpeg, 30, 40), EncodeError::kWrongShape);
  expect_error(frame_of(jpeg, 40, 31), EncodeError::kWrongShape);
}

TEST_F(PassThroughTest, AFrameThatIsNotMjpegHasTheWrongShape) {
  const Bytes jpeg = encode_rgb(smooth_picture(40, 30));
  expect_error(frame_of(jpeg, 40, 30, PixelFormat::kGrey8), EncodeError::kWrongShape);
  FrameInfo info;
  expect_error(Frame(info, {}, nullptr), EncodeError::kWrongShape);
}

}  // namespace
}  // namespace freshframe
