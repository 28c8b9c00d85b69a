#include <gtest/gtest.h>

#include <vector>

#include "capture/format_choice.h"

namespace freshframe {
namespace {

FormatOffer mjpeg(std::vector<Size> sizes) {
  return {PixelFormat::kMjpeg, std::move(sizes), {}};
}
FormatOffer yuyv(std::vector<Size> sizes) {
  return {PixelFormat::kYuyv, std::move(sizes), {}};
}

/// As a Raspberry Pi offers it.
FormatOffer scaled(PixelFormat format) {
  return {format, {{640, 480}, {1920, 1080}}, SizeRange{{32, 32}, {4056, 3040}, 2, 2}};
}

FormatChoice chosen(const std::vector<FormatOffer>& offers, std::optional<Size> size = {},
                    std::optional<PixelFormat> format = {}) {
  const auto choice = choose_format(offers, size, format);
  EXPECT_TRUE(choice) << choice.error().reason;
  return choice ? *choice : FormatChoice{};
}

TEST(FormatChoice, AWebcamsJpegIsTakenAsItComes) {
  EXPECT_EQ(chosen({yuyv({{640, 480}, {1280, 720}}), mjpeg({{640, 480}, {1280, 720}})}),
            (FormatChoice{PixelFormat::kMjpeg, {1280, 720}}));
}

TEST(FormatChoice, TheWantedSizeComesBeforeTheCheapFormat) {
  EXPECT_EQ(chosen({yuyv({{1280, 720}}), mjpeg({{640, 480}})}),
            (FormatChoice{PixelFormat::kYuyv, {1280, 720}}));
}

TEST(FormatChoice, WithoutTheUsualSizeTheNearestIsTaken) {
  EXPECT_EQ(chosen({mjpeg({{320, 240}, {800, 600}, {1024, 768}, {1920, 1080}})}),
            (FormatChoice{PixelFormat::kMjpeg, {1024, 768}}));
}

TEST(FormatChoice, NothingAboveFullHdIsChosenUnasked) {
  EXPECT_EQ(chosen({mjpeg({{320, 240}, {1920, 1200}, {3840, 2160}})}).size, (Size{320, 240}));
  EXPECT_EQ(chosen({mjpeg({{2560, 1440}, {3840, 2160}})}).size, (Size{2560, 1440}));
}

TEST(FormatChoice, ACameraWithoutJpegGivesWhatEncodesCheapest) {
  EXPECT_EQ(chosen({scaled(PixelFormat::kBgrx32), scaled(PixelFormat::kYuyv),
                    scaled(PixelFormat::kYuv420)}),
            (FormatChoice{PixelFormat::kYuv420, {1280, 720}}));
}

TEST(FormatChoice, WhatIsAskedForIsTaken) {
  const std::vector offers = {yuyv({{640, 480}}), mjpeg({{640, 480}, {3840, 2160}})};
  EXPECT_EQ(chosen(offers, Size{640, 480}, PixelFormat::kYuyv),
            (FormatChoice{PixelFormat::kYuyv, {640, 480}}));
  EXPECT_EQ(chosen(offers, {}, PixelFormat::kYuyv), (FormatChoice{PixelFormat::kYuyv, {640, 480}}));
  EXPECT_EQ(chosen(offers, Size{3840, 2160}), (FormatChoice{PixelFormat::kMjpeg, {3840, 2160}}));
}

TEST(FormatChoice, AnySizeWithinARangeMayBeAskedFor) {
  EXPECT_EQ(chosen({scaled(PixelFormat::kNv12)}, Size{1000, 700}).size, (Size{1000, 700}));
  EXPECT_FALSE(choose_format(std::vector{scaled(PixelFormat::kNv12)}, Size{1001, 700}, {}));
  EXPECT_FALSE(choose_format(std::vector{scaled(PixelFormat::kNv12)}, Size{5000, 700}, {}));
}

TEST(FormatChoice, WhatIsNotOfferedIsRefusedWithWhatIs) {
  const std::vector offers = {mjpeg({{1280, 720}, {640, 480}}), yuyv({{640, 480}})};
  const auto size = choose_format(offers, Size{1000, 700}, {});
  ASSERT_FALSE(size);
  EXPECT_EQ(size.error().kind, Failure::Kind::kMisconfigured);
  EXPECT_EQ(size.error().reason,
            "the camera does not offer 1000x700; it offers mjpeg 1280x720, 640x480; yuyv 640x480");
  const auto format = choose_format(offers, {}, PixelFormat::kNv12);
  ASSERT_FALSE(format);
  EXPECT_EQ(format.error().reason,
            "the camera does not offer nv12; it offers mjpeg 1280x720, 640x480; yuyv 640x480");
  const auto both = choose_format(offers, Size{1280, 720}, PixelFormat::kYuyv);
  ASSERT_FALSE(both);
  EXPECT_EQ(both.error().reason,
            "the camera does not offer 1280x720 as yuyv; it offers mjpeg 1280x720, 640x480; yuyv "
            "640x480");
}

TEST(FormatChoice, ACameraWithNothingUsableIsRefused) {
  EXPECT_FALSE(choose_format({}, {}, {}));
}

TEST(FormatChoice, ACameraThatListsNoSizesIsAskedForTheUsualOne) {
  EXPECT_EQ(chosen({yuyv({})}), (FormatChoice{PixelFormat::kYuyv, {1280, 720}}));
}

TEST(FormatChoice, ALongListOfSizesIsCutShortAndARangeIsNamedByItsEnds) {
  std::vector<Size> sizes;
  for (int i = 1; i <= 14; ++i) {
    sizes.push_back({16 * i, 9 * i});
  }
  EXPECT_TRUE(describe_offers(std::vector{mjpeg(sizes)}).ends_with("192x108 and 2 more"));
  EXPECT_EQ(describe_offers(std::vector{scaled(PixelFormat::kNv12)}), "nv12 32x32 to 4056x3040");
}

}  // namespace
}  // namespace freshframe
