#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <random>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "encode/jpeg_encoder.h"
#include "encode/jpeg_marker_walk.h"
#include "encode/stripwise_encoder.h"
#include "encode/turbo_encoder.h"

#include "jpeg_test_support.h"
#include "random_picture.h"

namespace freshframe {
namespace {

using Bytes = std::vector<std::byte>;

constexpr unsigned kSeed = 20260702;
constexpr int kQuality = 80;

constexpr std::array kRawFormats = {PixelFormat::kNv12,  PixelFormat::kNv21,   PixelFormat::kYuv420,
                                    PixelFormat::kYuyv,  PixelFormat::kUyvy,   PixelFormat::kRgb24,
                                    PixelFormat::kBgr24, PixelFormat::kRgbx32, PixelFormat::kBgrx32,
                                    PixelFormat::kGrey8};

Bytes image_of(JpegEncoder& encoder, const Frame& frame) {
  const auto image = encoder.encode(frame);
  EXPECT_TRUE(image.has_value());
  return image ? Bytes(image->begin(), image->end()) : Bytes();
}

Bytes one_threads_image(const Frame& frame, int quality = kQuality) {
  return image_of(*make_jpeg_encoder(frame.info().format, quality), frame);
}

// Only what was joined has a restart interval.
bool is_of_strips(const Bytes& jpeg) {
  constexpr std::array kInterval = {std::byte{0xff}, std::byte{0xdd}, std::byte{0}, std::byte{4}};
  return std::search(jpeg.begin(), jpeg.end(), kInterval.begin(), kInterval.end()) != jpeg.end();
}

void expect_the_same_picture(const Bytes& strips, const Bytes& whole) {
  EXPECT_TRUE(is_of_strips(strips));
  EXPECT_TRUE(walk_jpeg_markers(strips).has_value());
  EXPECT_EQ(walk_jpeg_markers(strips)->size_bytes, strips.size());
  EXPECT_EQ(decode_yuv(strips), decode_yuv(whole));
  EXPECT_EQ(decode_rgb(strips).samples, decode_rgb(whole).samples);
}

TEST(StripwiseEncoderTest, EveryFormatDecodesToWhatOneThreadMakesOfIt) {
  std::mt19937 random(kSeed);
  for (const PixelFormat format : kRawFormats) {
    for (const YuvRange range : {YuvRange::kFull, YuvRange::kLimited}) {
      const RandomPicture picture(format, 801, 603, random, 5, range);
      for (const int threads : {2, 3}) {
        SCOPED_TRACE(testing::Message() << to_string(format) << " on " << threads);
        const auto encoder = make_jpeg_encoder(format, kQuality, threads);
        expect_the_same_picture(image_of(*encoder, picture.frame()),
                                one_threads_image(picture.frame()));
      }
    }
  }
}

// What cameras have, and their neighbours; each encoder takes all of them, one after the other.
TEST(StripwiseEncoderTest, FramesOfAnySizeInARowDecodeToWhatOneThreadMakesOfThem) {
  std::mt19937 random(kSeed);
  for (int threads = 2; threads <= 5; ++threads) {
    const auto encoder = make_jpeg_encoder(PixelFormat::kNv12, kQuality, threads);
    for (const auto& [width, height] : {std::pair{1280, 720},
                                        {1919, 1079},
                                        {640, 480},
                                        {641, 481},
                                        {720, 1280},
                                        {4096, 77},
                                        {77, 4096},
                                        {1280, 720}}) {
      SCOPED_TRACE(testing::Message() << width << "x" << height << " on " << threads);
      const RandomPicture picture(PixelFormat::kNv12, width, height, random);
      expect_the_same_picture(image_of(*encoder, picture.frame()),
                              one_threads_image(picture.frame()));
    }
  }
}

// Anything may come after anything: sizes that are worth strips and those that are not.
TEST(StripwiseEncoderTest, RandomFramesDecodeToWhatOneThreadMakesOfThem) {
  std::mt19937 random(kSeed);
  const auto up_to = [&](int most) {
    return static_cast<int>(random() % static_cast<unsigned>(most)) + 1;
  };
  int in_strips = 0;
  for (int round = 0; round < 7; ++round) {
    const PixelFormat format = kRawFormats[random() % kRawFormats.size()];
    const int quality = up_to(100);
    const int threads = 1 + up_to(5);
    const auto encoder = make_jpeg_encoder(format, quality, threads);
    for (int frame_number = 0; frame_number < 4; ++frame_number) {
      const int width = up_to(1500);
      const int height = up_to(1000);
      const auto padding = static_cast<std::size_t>(random() % 2 * random() % 40);
      const YuvRange range = random() % 2 == 0 ? YuvRange::kFull : YuvRange::kLimited;
      SCOPED_TRACE(testing::Message()
                   << "seed " << kSeed << ", round " << round << ": " << to_string(format) << " "
                   << width << "x" << height << " quality " << quality << " on " << threads);
      const RandomPicture picture(format, width, height, random, padding, range);
      const Bytes image = image_of(*encoder, picture.frame());
      const Bytes whole = one_threads_image(picture.frame(), quality);
      if (is_of_strips(image)) {
        ++in_strips;
        expect_the_same_picture(image, whole);
      } else {
        EXPECT_EQ(image, whole);
      }
    }
  }
  EXPECT_GE(in_strips, 7);
}

TEST(StripwiseEncoderTest, FramesOfOneSizeShareOneOutputBuffer) {
  std::mt19937 random(kSeed);
  const RandomPicture picture(PixelFormat::kNv12, 1280, 720, random);
  const auto encoder = make_jpeg_encoder(PixelFormat::kNv12, kQuality, 2);
  const Frame frame = picture.frame();
  const std::byte* first = encoder->encode(frame)->data();
  EXPECT_EQ(encoder->encode(frame)->data(), first);
}

/// Stands between the encoder under test and libjpeg-turbo, and may let strips fail.
class StripwiseFallbackTest : public testing::Test {
 protected:
  enum class Fault { kNone, kError, kNoMemory };

  class FaultyEncoder final : public JpegEncoder {
   public:
    explicit FaultyEncoder(StripwiseFallbackTest& test) : test_(test) {}
    boost::system::result<std::span<const std::byte>, EncodeError> encode(
        const Frame& frame) override {
      const bool is_strip = frame.info().height_px < kHeight;
      ++(is_strip ? test_.strips_tried_ : test_.wholes_tried_);
      const bool is_last_strip = is_strip && frame.info().height_px % 16 != 0;
      if (is_last_strip && test_.strip_fault_ == Fault::kNoMemory) {
        throw std::bad_alloc();
      }
      if ((is_last_strip && test_.strip_fault_ == Fault::kError) ||
          (!is_strip && test_.whole_fails_)) {
        return EncodeError::kFailed;
      }
      return turbo_.encode(frame);
    }
    const EncoderReport& report() const override { return turbo_.report(); }

   private:
    StripwiseFallbackTest& test_;
    TurboEncoder turbo_{PixelFormat::kYuv420, kQuality};
  };

  StripwiseEncoder encoder_of(std::size_t threads, std::size_t threads_to_be_had) {
    threads_left_ = threads_to_be_had;
    return StripwiseEncoder(
        threads, [this] { return std::make_unique<FaultyEncoder>(*this); },
        [this](std::function<void()> body) {
          ++starts_tried_;
          if (threads_left_ == 0) {
            throw std::system_error(EAGAIN, std::generic_category());
          }
          --threads_left_;
          return HelperThreads::start_thread(std::move(body));
        });
  }
  void expect_whole(StripwiseEncoder& encoder) {
    EXPECT_EQ(image_of(encoder, picture_.frame()), one_threads_image(picture_.frame()));
  }
  void expect_strips(StripwiseEncoder& encoder) {
    expect_the_same_picture(image_of(encoder, picture_.frame()),
                            one_threads_image(picture_.frame()));
  }

  static constexpr int kHeight = 722;

  std::mt19937 random_{kSeed};
  RandomPicture picture_{PixelFormat::kYuv420, 1280, kHeight, random_};
  RandomPicture small_picture_{PixelFormat::kYuv420, 320, 240, random_};
  // Set between two frames only; read by the threads.
  Fault strip_fault_ = Fault::kNone;
  bool whole_fails_ = false;
  std::atomic<int> strips_tried_{0};
  std::atomic<int> wholes_tried_{0};
  std::size_t threads_left_ = 0;
  int starts_tried_ = 0;
};

TEST_F(StripwiseFallbackTest, ASmallPictureIsEncodedWholeAndStartsNoThread) {
  StripwiseEncoder encoder = encoder_of(4, 3);
  EXPECT_EQ(image_of(encoder, small_picture_.frame()), one_threads_image(small_picture_.frame()));
  EXPECT_EQ(starts_tried_, 0);
  expect_strips(encoder);
  EXPECT_EQ(starts_tried_, 3) << "the caller is the fourth";
  expect_strips(encoder);
  EXPECT_EQ(starts_tried_, 3) << "they live as long as the encoder";
}

TEST_F(StripwiseFallbackTest, WithoutAnyThreadFramesAreEncodedWhole) {
  StripwiseEncoder encoder = encoder_of(4, 0);
  expect_whole(encoder);
  expect_whole(encoder);
  EXPECT_EQ(strips_tried_, 0);
  EXPECT_EQ(starts_tried_, 1) << "not again with each frame";
}

TEST_F(StripwiseFallbackTest, WithFewerThreadsThanAskedForThereAreStillStrips) {
  StripwiseEncoder encoder = encoder_of(4, 1);
  expect_strips(encoder);
  expect_strips(encoder);
}

TEST_F(StripwiseFallbackTest, AStripThatFailsMakesThisFrameAndAllOthersWhole) {
  for (const Fault fault : {Fault::kError, Fault::kNoMemory}) {
    StripwiseEncoder encoder = encoder_of(2, 1);
    strip_fault_ = Fault::kNone;
    expect_strips(encoder);
    strip_fault_ = fault;
    expect_whole(encoder);
    const int strips_tried = strips_tried_;
    expect_whole(encoder);
    EXPECT_EQ(strips_tried_, strips_tried);
  }
}

TEST_F(StripwiseFallbackTest, AFrameThatFailsBothWaysIsDroppedAndTheNextIsInStrips) {
  StripwiseEncoder encoder = encoder_of(2, 1);
  strip_fault_ = Fault::kError;
  whole_fails_ = true;
  const Frame frame = picture_.frame();
  const auto image = encoder.encode(frame);
  ASSERT_TRUE(image.has_error());
  EXPECT_EQ(image.error(), EncodeError::kFailed);
  strip_fault_ = Fault::kNone;
  expect_strips(encoder);
  EXPECT_EQ(wholes_tried_, 1);
}

TEST_F(StripwiseFallbackTest, AFrameOfTheWrongShapeIsRefusedAndTheNextIsInStrips) {
  StripwiseEncoder encoder = encoder_of(2, 1);
  const Plane whole = picture_.planes()[2];
  picture_.planes()[2].bytes = whole.bytes.first(whole.bytes.size() - 1);
  const Frame frame = picture_.frame();
  const auto image = encoder.encode(frame);
  ASSERT_TRUE(image.has_error());
  EXPECT_EQ(image.error(), EncodeError::kWrongShape);
  picture_.planes()[2] = whole;
  expect_strips(encoder);
}

TEST_F(StripwiseFallbackTest, AFrameOfAnotherFormatIsRefused) {
  StripwiseEncoder encoder = encoder_of(2, 1);
  const RandomPicture other(PixelFormat::kRgb24, 1280, 722, random_);
  const Frame frame = other.frame();
  const auto image = encoder.encode(frame);
  ASSERT_TRUE(image.has_error());
  EXPECT_EQ(image.error(), EncodeError::kWrongShape);
}

// libjpeg-turbo reads these itself. With each of them strips are no parts of one image, and only
// the whole is right.
class TurboEnvironmentTest : public testing::TestWithParam<const char*> {
 protected:
  TurboEnvironmentTest() { ::setenv(GetParam(), "1", 1); }
  ~TurboEnvironmentTest() override { ::unsetenv(GetParam()); }
};

TEST_P(TurboEnvironmentTest, WhatCannotBeJoinedIsEncodedWhole) {
  std::mt19937 random(kSeed);
  const RandomPicture picture(PixelFormat::kNv12, 1280, 720, random);
  const auto encoder = make_jpeg_encoder(PixelFormat::kNv12, kQuality, 2);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(image_of(*encoder, picture.frame()), one_threads_image(picture.frame()));
  }
}

INSTANTIATE_TEST_SUITE_P(EachVariable, TurboEnvironmentTest,
                         testing::Values("TJ_OPTIMIZE", "TJ_PROGRESSIVE", "TJ_RESTART"),
                         [](const testing::TestParamInfo<const char*>& parameter) {
                           return std::string(parameter.param);
                         });

}  // namespace
}  // namespace freshframe
