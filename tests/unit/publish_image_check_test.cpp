#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "encode/jpeg_marker_walk.h"
#include "message/base64.h"
#include "publish/image_check.h"

#include "jpeg_bytes.h"
#include "png_bytes.h"

namespace freshframe {
namespace {

using Code = ProtocolError::Code;

std::string base64(const Bytes& bytes) {
  std::string text(base64_size(bytes.size()), '?');
  base64_encode(bytes, text.data());
  return text;
}

Bytes copy(std::span<const std::byte> bytes) {
  return {bytes.begin(), bytes.end()};
}

Bytes png_of(std::uint32_t width_px, std::uint32_t height_px) {
  return png_signature() + png_header(2, 8, width_px, height_px) + png_data() + png_end();
}

Bytes jpeg_of(unsigned width_px, unsigned height_px) {
  return start_of_image() + quantisation_table(0) + grey_frame(width_px, height_px) +
         huffman_table(0x00) + huffman_table(0x10) + grey_scan() + picture_data() + end_of_image();
}

Bytes jpeg_without_huffman_tables() {
  return start_of_image() + quantisation_table(0) + grey_frame() + grey_scan() + picture_data() +
         end_of_image();
}

class ImageCheckTest : public testing::Test {
 protected:
  ImageCheck::Result file(const Bytes& bytes, const StatedImage& stated = {}) {
    return check_.check_file(bytes, stated);
  }
  ImageCheck::Result text(std::string_view data, const StatedImage& stated = {}) {
    return check_.check_text(data, stated);
  }

  static void expect_refusal(const ImageCheck::Result& result, Code code) {
    ASSERT_TRUE(result.has_error());
    EXPECT_EQ(to_string(result.error().code), to_string(code)) << result.error().reason;
  }
  static void expect_refusal(const ImageCheck::Result& result, Code code, std::string_view reason) {
    expect_refusal(result, code);
    EXPECT_EQ(result.error().reason, reason);
  }

  ImageCheck check_;
};

TEST_F(ImageCheckTest, AJpegFileGoesOnAsItIs) {
  const Bytes jpeg = colour_image();
  const auto result = file(jpeg);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->bytes.data(), jpeg.data());
  EXPECT_EQ(result->bytes.size(), jpeg.size());
  EXPECT_EQ(result->mime, "image/jpeg");
  EXPECT_EQ(result->width_px, 16);
  EXPECT_EQ(result->height_px, 16);
}

TEST_F(ImageCheckTest, APngFileGoesOnAsItIs) {
  const Bytes png = png_of(640, 480);
  const auto result = file(png);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->bytes.data(), png.data());
  EXPECT_EQ(result->bytes.size(), png.size());
  EXPECT_EQ(result->mime, "image/png");
  EXPECT_EQ(result->width_px, 640);
  EXPECT_EQ(result->height_px, 480);
}

TEST_F(ImageCheckTest, WhatFollowsTheImageIsLeftOut) {
  for (const Bytes& image : {grey_image(), png_image()}) {
    const Bytes more = image + bytes_of({1, 2, 3});
    const auto result = file(more);
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(copy(result->bytes), image);
  }
}

TEST_F(ImageCheckTest, TablesThatACameraLeftOutArePutIn) {
  const Bytes bare = jpeg_without_huffman_tables();
  for (const auto& result : {file(bare), text(base64(bare))}) {
    ASSERT_TRUE(result.has_value());
    const auto layout = walk_jpeg_markers(result->bytes);
    ASSERT_TRUE(layout.has_value());
    EXPECT_EQ(layout->missing_huffman_tables, 0);
    EXPECT_EQ(layout->size_bytes, result->bytes.size());
  }
}

TEST_F(ImageCheckTest, Base64OfEitherKindIsTakenWithAndWithoutADataUri) {
  for (const Bytes& image : {colour_image(), png_image()}) {
    const std::string plain = base64(image);
    const std::string mime = image == png_image() ? "image/png" : "image/jpeg";
    for (const std::string& data :
         {plain, "data:" + mime + ";base64," + plain, " data:" + mime + ";BASE64," + plain + "\n",
          "DATA:" + mime + ";name=a.b;base64," + plain}) {
      const auto result = text(data);
      ASSERT_TRUE(result.has_value()) << data << result.error().reason;
      EXPECT_EQ(copy(result->bytes), image);
      EXPECT_EQ(result->mime, mime);
    }
  }
}

TEST_F(ImageCheckTest, UrlSafeLinesAndMissingPaddingAreTaken) {
  const Bytes image = colour_image() + bytes_of({0});
  std::string data = base64(image);
  data.erase(data.find_last_not_of('=') + 1);
  for (char& letter : data) {
    letter = letter == '+' ? '-' : letter == '/' ? '_' : letter;
  }
  for (std::size_t i = 76; i < data.size(); i += 78) {
    data.insert(i, "\r\n");
  }
  const auto result = text(data);
  ASSERT_TRUE(result.has_value()) << result.error().reason;
  EXPECT_EQ(copy(result->bytes), colour_image());
}

TEST_F(ImageCheckTest, AShortTextAfterALongOneIsJudgedByItself) {
  ASSERT_TRUE(text(base64(colour_image() + Bytes(5000))).has_value());
  Bytes cut = grey_image();
  cut.pop_back();
  expect_refusal(text(base64(cut)), Code::kTruncatedImage);
}

TEST_F(ImageCheckTest, AMimeThatNamesTheFilesTypeIsTaken) {
  for (const std::string_view mime :
       {"", "image/jpeg", "image/jpg", "IMAGE/JPEG", " image/jpeg; q=1 ", "image/pjpeg"}) {
    EXPECT_TRUE(file(grey_image(), {.size = {}, .mime = mime}).has_value()) << mime;
    EXPECT_TRUE(text(base64(grey_image()), {.size = {}, .mime = mime}).has_value()) << mime;
  }
  for (const std::string_view mime : {"", "image/png", "image/x-png"}) {
    EXPECT_TRUE(file(png_image(), {.size = {}, .mime = mime}).has_value()) << mime;
  }
}

TEST_F(ImageCheckTest, AMimeOfAnotherTypeIsRefused) {
  for (const std::string_view mime :
       {"image/png", "image/webp", "image/*", "jpeg", "text/plain", "image/jpegx"}) {
    expect_refusal(file(grey_image(), {.size = {}, .mime = mime}), Code::kWrongType,
                   "mime says another type than the file has, which is a JPEG: say image/jpeg, or "
                   "leave mime out");
  }
  expect_refusal(text(base64(png_image()), {.size = {}, .mime = "image/jpeg"}), Code::kWrongType,
                 "mime says another type than the file has, which is a PNG: say image/png, or "
                 "leave mime out");
}

TEST_F(ImageCheckTest, TheLargestImagesAreTakenAndLargerOnesRefused) {
  EXPECT_TRUE(file(jpeg_of(16384, 4096)).has_value());
  EXPECT_TRUE(file(png_of(4096, 16384)).has_value());
  EXPECT_TRUE(file(png_of(8192, 8192)).has_value());
  expect_refusal(file(jpeg_of(16385, 1)), Code::kImageTooLarge,
                 "this image has 16385x1 pixels, and at most 16,384 each way and 67,108,864 in all "
                 "are taken: make it smaller, e.g. with cv2.resize");
  expect_refusal(file(jpeg_of(1, 16385)), Code::kImageTooLarge);
  expect_refusal(file(jpeg_of(8192, 8193)), Code::kImageTooLarge);
  expect_refusal(file(png_of(16384, 4097)), Code::kImageTooLarge);
  expect_refusal(file(png_of(0x7fffffff, 0x7fffffff)), Code::kImageTooLarge);
}

}  // namespace
}  // namespace freshframe
