#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "encode/hardware_first_encoder.h"
#include "encode/jpeg_marker_walk.h"
#include "encode/turbo_encoder.h"

#include "fake_v4l2_device.h"
#include "jpeg_test_support.h"
#include "raw_picture.h"

namespace freshframe {
namespace {

constexpr std::array kFormats = {PixelFormat::kNv12, PixelFormat::kYuv420, PixelFormat::kYuyv};
const std::string kDeviceName = "Fake encoder (/dev/video7)";
const std::string kSoftwareName = "libjpeg-turbo";

/// A frame of a camera whose buffers are dma-bufs: all planes in one memory, one after the other.
class SharedPicture {
 public:
  SharedPicture(FakeV4l2Device& device, const RgbPicture& rgb, PixelFormat format,
                std::size_t padding_bytes = 0, YuvRange range = YuvRange::kFull)
      : raw_(rgb, format, padding_bytes, range) {
    for (const Plane& plane : raw_.planes()) {
      offsets_.push_back(memory_.size());
      memory_.insert(memory_.end(), plane.bytes.begin(), plane.bytes.end());
      memory_.resize(memory_.size() + padding_bytes);
    }
    fd_ = device.add_dmabuf(memory_);
    for (std::size_t i = 0; i < offsets_.size(); ++i) {
      Plane& plane = raw_.planes()[i];
      plane.bytes = std::span(memory_).subspan(offsets_[i], plane.bytes.size());
      plane.dmabuf = {fd_, offsets_[i], memory_.size()};
    }
  }

  Frame frame() const { return raw_.frame(); }
  int fd() const { return fd_; }

 private:
  RawPicture raw_;
  std::vector<std::byte> memory_;
  std::vector<std::size_t> offsets_;
  int fd_ = -1;
};

class V4l2EncoderTest : public testing::Test {
 protected:
  ~V4l2EncoderTest() override {
    encoder_.reset();
    device_.set_streamoff_blocks(false);
    device_.wait_until_all_is_given_back();
    EXPECT_EQ(device_.mappings(), 0U);
  }

  HardwareFirstEncoder& encoder(PixelFormat format, bool is_required = false, int quality = 90) {
    encoder_ = std::make_unique<HardwareFirstEncoder>(
        device_, format, quality, is_required, std::make_unique<TurboEncoder>(format, quality));
    return *encoder_;
  }

  /// The name of who encoded `frame`, whose picture must be `original`.
  std::string encode(const Frame& frame, const RgbPicture& original) {
    const auto jpeg = encoder_->encode(frame);
    if (!jpeg) {
      return std::string(to_string(jpeg.error()));
    }
    EXPECT_GT(psnr_db(decode_rgb(*jpeg), original), 34);
    return encoder_->report().name;
  }
  std::string encode() { return encode(picture_.frame(), original_); }

  const RgbPicture original_ = smooth_picture(64, 48);
  const RawPicture picture_{original_, PixelFormat::kNv12};
  FakeV4l2Device device_;
  std::unique_ptr<HardwareFirstEncoder> encoder_;
};

enum class Planes { kSingle, kMulti, kMultiApart };

struct Shape {
  int width_px;
  int height_px;
  std::size_t padding_bytes;
};

class V4l2EncoderShapeTest
    : public V4l2EncoderTest,
      public testing::WithParamInterface<std::tuple<PixelFormat, Planes, Shape, YuvRange>> {};

// Catches planes put in the wrong place, padding left undefined or left in the picture, and limited
// range that is not stretched.
TEST_P(V4l2EncoderShapeTest, ADecoderSeesThePictureThatTheCameraSaw) {
  const auto& [format, planes, shape, range] = GetParam();
  device_.is_multiplanar = planes != Planes::kSingle;
  if (planes == Planes::kMultiApart) {
    device_.raw_fourccs = {V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_NV12M, V4L2_PIX_FMT_YUV420M};
  }
  const RgbPicture original = smooth_picture(shape.width_px, shape.height_px);
  const RawPicture raw(original, format, shape.padding_bytes, range);
  encoder(format);
  EXPECT_EQ(encode(raw.frame(), original), kDeviceName);
  EXPECT_EQ(encode(raw.frame(), original), kDeviceName);
  EXPECT_EQ(device_.opens, 2);  // one to look, one to work
}

INSTANTIATE_TEST_SUITE_P(Shapes, V4l2EncoderShapeTest,
                         testing::Combine(testing::ValuesIn(kFormats),
                                          testing::Values(Planes::kSingle, Planes::kMulti,
                                                          Planes::kMultiApart),
                                          testing::Values(Shape{64, 48, 0}, Shape{64, 48, 32},
                                                          Shape{62, 46, 0}, Shape{63, 47, 20}),
                                          testing::Values(YuvRange::kFull, YuvRange::kLimited)));

TEST_F(V4l2EncoderTest, TheCallsComeInTheOrderThatTheKernelsBookSays) {
  const RgbPicture original = smooth_picture(62, 46);
  const RawPicture raw(original, PixelFormat::kNv12);
  encoder(PixelFormat::kNv12);
  EXPECT_EQ(encode(raw.frame(), original), kDeviceName);
  const std::vector<std::string> order = {"quality", "jpeg format", "raw format", "crop",
                                          "buffers", "buffers",     "start",      "start"};
  EXPECT_EQ(device_.order, order);
}

TEST_F(V4l2EncoderTest, TheQualityIsTheOneAskedForAsFarAsTheDeviceHasIt) {
  device_.lowest_quality = 20;
  device_.highest_quality = 95;
  for (const auto& [asked, set] : {std::pair{1, 20}, {77, 77}, {100, 95}}) {
    encoder(PixelFormat::kNv12, false, asked);
    encoder_->encode(picture_.frame());
    EXPECT_EQ(device_.quality, set);
  }
}

TEST_F(V4l2EncoderTest, APictureMayBeginBehindTheBeginningOfItsBuffer) {
  device_.data_offset = 128;
  encoder(PixelFormat::kNv12);
  EXPECT_EQ(encode(), kDeviceName);
}

TEST_F(V4l2EncoderTest, FramesOfAnotherSizeSetTheDeviceUpAnew) {
  encoder(PixelFormat::kNv12);
  EXPECT_EQ(encode(), kDeviceName);
  const RgbPicture larger = smooth_picture(96, 80);
  const RawPicture raw(larger, PixelFormat::kNv12);
  EXPECT_EQ(encode(raw.frame(), larger), kDeviceName);
  EXPECT_EQ(device_.open_descriptors(), 1U);
}

TEST_F(V4l2EncoderTest, AFrameThatIsTooSmallIsNotTheDevicesFault) {
  encoder(PixelFormat::kNv12);
  RawPicture raw(original_, PixelFormat::kNv12);
  raw.planes()[1].bytes = raw.planes()[1].bytes.first(10);
  EXPECT_EQ(encode(raw.frame(), original_), "wrong-shape");
  EXPECT_EQ(device_.opens, 0);
  EXPECT_EQ(encode(), kDeviceName);
}

TEST_F(V4l2EncoderTest, FramesInSharedMemoryAreNotCopied) {
  for (const bool is_multiplanar : {true, false}) {
    for (const PixelFormat format : kFormats) {
      device_.is_multiplanar = is_multiplanar;
      device_.imports = 0;
      SharedPicture shared(device_, original_, format);
      encoder(format);
      EXPECT_EQ(encode(shared.frame(), original_), kDeviceName) << to_string(format);
      EXPECT_EQ(encode(shared.frame(), original_), kDeviceName) << to_string(format);
      EXPECT_EQ(device_.imports, 2) << to_string(format);
    }
  }
}

TEST_F(V4l2EncoderTest, ACamerasStrideIsTakenOver) {
  SharedPicture shared(device_, original_, PixelFormat::kNv12, 64);
  encoder(PixelFormat::kNv12);
  EXPECT_EQ(encode(shared.frame(), original_), kDeviceName);
  EXPECT_EQ(device_.imports, 1);
}

// Attaching memory to a device is work, which the driver spares itself for what it knows.
TEST_F(V4l2EncoderTest, ACamerasBuffersAlwaysGoByTheSameBuffersOfTheDevice) {
  std::vector<std::unique_ptr<SharedPicture>> buffers;
  for (int i = 0; i < 4; ++i) {
    buffers.push_back(std::make_unique<SharedPicture>(device_, original_, PixelFormat::kYuyv));
  }
  encoder(PixelFormat::kYuyv);
  for (const int buffer : {0, 1, 2, 3, 2, 0, 3, 1, 0}) {
    EXPECT_EQ(encode(buffers[static_cast<std::size_t>(buffer)]->frame(), original_), kDeviceName);
  }
  std::set<std::uint32_t> used;
  for (const auto& buffer : buffers) {
    EXPECT_EQ(device_.indices_of_dmabufs[buffer->fd()].size(), 1U);
    used.merge(device_.indices_of_dmabufs[buffer->fd()]);
  }
  EXPECT_EQ(used.size(), buffers.size());
}

TEST_F(V4l2EncoderTest, WhereADeviceDoesNotImportFramesAreCopied) {
  device_.takes_dmabufs = false;
  SharedPicture shared(device_, original_, PixelFormat::kNv12);
  encoder(PixelFormat::kNv12);
  EXPECT_EQ(encode(shared.frame(), original_), kDeviceName);
  EXPECT_EQ(device_.imports, 0);
}

TEST_F(V4l2EncoderTest, AnImportThatIsRefusedIsCopiedAndNotTriedAgain) {
  device_.refuses_imports = true;
  SharedPicture shared(device_, original_, PixelFormat::kNv12);
  encoder(PixelFormat::kNv12);
  EXPECT_EQ(encode(shared.frame(), original_), kDeviceName);
  EXPECT_EQ(encode(shared.frame(), original_), kDeviceName);
  EXPECT_EQ(device_.opens, 3);  // to look, to import, to copy
  EXPECT_EQ(encoder_->report().hardware_failures, 0U);
}

TEST_F(V4l2EncoderTest, AnImportThatNeverWorkedIsCopied) {
  device_.breaks_imports = true;
  SharedPicture shared(device_, original_, PixelFormat::kNv12);
  encoder(PixelFormat::kNv12);
  EXPECT_EQ(encode(shared.frame(), original_), kDeviceName);
  EXPECT_EQ(encoder_->report().hardware_failures, 0U);
}

// The Raspberry Pi's encoder wants 1088 rows of a picture of 1080, and the chroma behind them.
TEST_F(V4l2EncoderTest, FramesWithoutTheRowsThatTheDeviceWantsAreCopied) {
  const RgbPicture original = smooth_picture(64, 40);
  SharedPicture shared(device_, original, PixelFormat::kNv12);
  encoder(PixelFormat::kNv12);
  EXPECT_EQ(encode(shared.frame(), original), kDeviceName);
  EXPECT_EQ(device_.imports, 0);
}

TEST_F(V4l2EncoderTest, LimitedRangeIsCopiedToBeStretched) {
  SharedPicture shared(device_, original_, PixelFormat::kYuyv, 0, YuvRange::kLimited);
  encoder(PixelFormat::kYuyv);
  EXPECT_EQ(encode(shared.frame(), original_), kDeviceName);
  EXPECT_EQ(device_.imports, 0);
}

// The heart of it: whichever call fails, each frame becomes a picture and nothing stays open.
class V4l2FailingCallTest
    : public testing::TestWithParam<std::tuple<bool /*imports*/, bool /*is_multiplanar*/, int>> {};

TEST_P(V4l2FailingCallTest, WhicheverCallFailsEachFrameBecomesAPicture) {
  const auto& [imports, is_multiplanar, error] = GetParam();
  const RgbPicture original = smooth_picture(64, 48);
  int calls = 1;
  int by_hardware = 0;
  for (int failing = -1; failing < calls; ++failing) {
    SCOPED_TRACE(failing);
    FakeV4l2Device device;
    device.is_multiplanar = is_multiplanar;
    device.failing_call = failing;
    device.failing_error = error;
    const SharedPicture shared(device, original, PixelFormat::kNv12);
    const RawPicture raw(original, PixelFormat::kNv12);
    {
      HardwareFirstEncoder encoder(device, PixelFormat::kNv12, 90, false,
                                   std::make_unique<TurboEncoder>(PixelFormat::kNv12, 90));
      for (int i = 0; i < 3; ++i) {
        const auto jpeg = encoder.encode(imports ? shared.frame() : raw.frame());
        ASSERT_TRUE(jpeg.has_value());
        EXPECT_GT(psnr_db(decode_rgb(*jpeg), original), 34);
        by_hardware += encoder.report().name == kDeviceName ? 1 : 0;
      }
      if (failing == -1) {
        ASSERT_EQ(by_hardware, 3);
      }
    }
    device.wait_until_all_is_given_back();
    EXPECT_EQ(device.mappings(), 0U);
    if (failing == -1) {
      calls = device.calls_made;
    }
  }
  ASSERT_GT(calls, 25);
  // Most calls matter, and what does not matter is not made much of.
  EXPECT_GT(by_hardware, 6);
  EXPECT_LT(by_hardware, 3 * calls);
}

INSTANTIATE_TEST_SUITE_P(Errors, V4l2FailingCallTest,
                         testing::Combine(testing::Bool(), testing::Bool(),
                                          testing::Values(EIO, ENODEV, EINVAL, ENOMEM)));

TEST_F(V4l2EncoderTest, AFrameThatTheDeviceFailsAtIsEncodedInSoftware) {
  encoder(PixelFormat::kNv12);
  EXPECT_EQ(encode(), kDeviceName);
  device_.broken_frames = 1;
  encode();
  EXPECT_EQ(encoder_->report().hardware_failures, 1U);
  EXPECT_EQ(encoder_->report().last_hardware_failure, "it says that a picture went wrong");
  EXPECT_EQ(encoder_->report().reason, "");
  EXPECT_EQ(encode(), kDeviceName);
  EXPECT_EQ(device_.frames_made, 3);
}

TEST_F(V4l2EncoderTest, APictureThatIsNoneIsNotPassedOn) {
  encoder(PixelFormat::kNv12);
  EXPECT_EQ(encode(), kDeviceName);
  device_.garbage_frames = 1;
  encode();
  EXPECT_EQ(encoder_->report().last_hardware_failure.rfind("its picture is broken: ", 0), 0U);
  device_.empty_frames = 1;
  encode();
  EXPECT_EQ(encoder_->report().last_hardware_failure, "it gave an empty picture");
}

TEST_F(V4l2EncoderTest, ThreeFailuresInARowAndTheDeviceIsLeftAlone) {
  encoder(PixelFormat::kNv12);
  device_.broken_frames = 3;
  encode();
  encode();
  EXPECT_EQ(encoder_->report().reason, "");
  encode();
  EXPECT_EQ(encoder_->report().reason,
            "the hardware JPEG encoder Fake encoder (/dev/video7) failed: it says that a picture "
            "went wrong; pictures are encoded in software, and it is tried again in 30 s");
  EXPECT_EQ(encode(), kSoftwareName);
  EXPECT_EQ(device_.frames_made, 3);
  EXPECT_EQ(device_.open_descriptors(), 0U);
}

TEST_F(V4l2EncoderTest, ADeviceThatFailsNowAndThenIsKept) {
  encoder(PixelFormat::kNv12);
  for (int i = 0; i < 200; ++i) {
    device_.broken_frames = i % 20 == 0 ? 1 : 0;
    encode();
  }
  EXPECT_EQ(encoder_->report().hardware_failures, 10U);
  EXPECT_EQ(encode(), kDeviceName);
}

TEST_F(V4l2EncoderTest, ADeviceThatFailsAtEverySecondFrameIsGivenUp) {
  encoder(PixelFormat::kNv12);
  for (int i = 0; i < 10; ++i) {
    device_.broken_frames = i % 2;
    encode();
  }
  EXPECT_NE(encoder_->report().reason, "");
}

TEST_F(V4l2EncoderTest, AfterAPauseTheDeviceIsTriedAgainAndThePausesGrow) {
  encoder(PixelFormat::kNv12);
  for (const int pause : {30, 60, 120}) {
    device_.broken_frames = 3;
    for (int i = 0; i < 3; ++i) {
      encode();
    }
    EXPECT_NE(encoder_->report().reason.find("in " + std::to_string(pause) + " s"),
              std::string::npos);
    device_.advance(std::chrono::seconds(pause) - std::chrono::milliseconds(1));
    EXPECT_EQ(encode(), kSoftwareName);
    device_.advance(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(encode(), kDeviceName);
  EXPECT_EQ(encoder_->report().reason, "");
  // It has worked for longer than the last pause: the next is short.
  device_.advance(std::chrono::minutes(5));
  device_.broken_frames = 3;
  for (int i = 0; i < 3; ++i) {
    encode();
  }
  EXPECT_NE(encoder_->report().reason.find("in 30 s"), std::string::npos);
}

TEST_F(V4l2EncoderTest, ADeviceThatGoesIsGivenUpAtOnce) {
  encoder(PixelFormat::kNv12);
  EXPECT_EQ(encode(), kDeviceName);
  device_.is_gone = true;
  EXPECT_EQ(encode(), kSoftwareName);
  EXPECT_NE(encoder_->report().reason.find("it is gone: No such device"), std::string::npos)
      << encoder_->report().reason;
  EXPECT_EQ(device_.open_descriptors(), 0U);
}

TEST_F(V4l2EncoderTest, ADeviceThatHangsCostsOneSecondAndNoFrame) {
  encoder(PixelFormat::kNv12);
  EXPECT_EQ(encode(), kDeviceName);
  device_.hangs = true;
  const auto before = device_.now();
  EXPECT_EQ(encode(), kSoftwareName);
  EXPECT_EQ(device_.now() - before, std::chrono::seconds(1));
  EXPECT_NE(encoder_->report().reason.find("it did not answer within 1000 ms"), std::string::npos);
  const auto after = device_.now();
  EXPECT_EQ(encode(), kSoftwareName);
  EXPECT_EQ(device_.now(), after);
}

// A driver whose device hangs may wait for it in STREAMOFF and in close, for ever.
TEST_F(V4l2EncoderTest, ADriverThatHangsInBeingClosedKeepsNobody) {
  encoder(PixelFormat::kNv12);
  EXPECT_EQ(encode(), kDeviceName);
  device_.hangs = true;
  device_.set_streamoff_blocks(true);
  EXPECT_EQ(encode(), kSoftwareName);
  // And it is not opened a second time meanwhile.
  const int opens = device_.opens;
  device_.advance(std::chrono::hours(2));
  EXPECT_EQ(encode(), kSoftwareName);
  EXPECT_EQ(device_.opens, opens);
}

TEST_F(V4l2EncoderTest, WithoutADeviceSoftwareEncodesAndNobodyNeedsToKnow) {
  device_.nodes = {};
  encoder(PixelFormat::kNv12);
  EXPECT_EQ(encode(), kSoftwareName);
  EXPECT_EQ(encoder_->report(), EncoderReport{.name = kSoftwareName});
}

TEST_F(V4l2EncoderTest, WhoAskedForADeviceIsToldThatThereIsNone) {
  device_.nodes = {};
  encoder(PixelFormat::kNv12, true);
  EXPECT_EQ(encode(), kSoftwareName);
  EXPECT_NE(encoder_->report().reason.find("there is no hardware JPEG encoder"), std::string::npos);
}

TEST_F(V4l2EncoderTest, ADeviceThatDoesNotTakeTheFormatIsNotTriedAgain) {
  device_.raw_fourccs = {V4L2_PIX_FMT_YUYV};
  encoder(PixelFormat::kNv12, true);
  EXPECT_EQ(encode(), kSoftwareName);
  EXPECT_EQ(encoder_->report().reason,
            "the hardware JPEG encoder Fake encoder (/dev/video7) cannot be used: it does not take "
            "nv12");
  EXPECT_EQ(encoder_->report().hardware_failures, 0U);
  const int opens = device_.opens;
  device_.advance(std::chrono::hours(2));
  EXPECT_EQ(encode(), kSoftwareName);
  EXPECT_EQ(device_.opens, opens);
}

TEST_F(V4l2EncoderTest, ADeviceForSmallerPicturesIsNotUsed) {
  device_.most_width_px = 32;
  encoder(PixelFormat::kNv12, true);
  EXPECT_EQ(encode(), kSoftwareName);
  EXPECT_NE(encoder_->report().reason.find("it takes pictures up to 32x48"), std::string::npos);
}

TEST_F(V4l2EncoderTest, ADeviceThatLeavesItsPaddingInThePictureIsNotUsed) {
  device_.can_crop = false;
  const RgbPicture original = smooth_picture(62, 46);
  const RawPicture raw(original, PixelFormat::kNv12);
  encoder(PixelFormat::kNv12, true);
  EXPECT_EQ(encode(raw.frame(), original), kSoftwareName);
  EXPECT_NE(encoder_->report().reason.find("it makes 64x48 of 62x46"), std::string::npos);
}

}  // namespace
}  // namespace freshframe
