#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "capture/plane_layout.h"

namespace freshframe {
namespace {

class PlaneLayoutTest : public testing::Test {
 protected:
  /// `bytes` of the buffer from `offset` on.
  std::span<const std::byte> region(std::size_t offset, std::size_t bytes) const {
    return std::span(memory_).subspan(offset, bytes);
  }

  std::size_t offset_of(const Plane& plane) const {
    return static_cast<std::size_t>(plane.bytes.data() - memory_.data());
  }

  std::vector<std::byte> memory_ = std::vector<std::byte>(1 << 16);
};

TEST_F(PlaneLayoutTest, Nv12InTwoRegionsIsTakenAsItLies) {
  const std::array regions = {region(4096, 64 * 48), region(0, 64 * 24)};
  const auto layout = lay_out_planes(PixelFormat::kNv12, {60, 48}, 64, regions);
  ASSERT_TRUE(layout);
  ASSERT_EQ(layout->count, 2U);
  EXPECT_EQ(offset_of(layout->planes[0]), 4096U);
  EXPECT_EQ(layout->planes[0].stride_bytes, 64U);
  EXPECT_EQ(offset_of(layout->planes[1]), 0U);
  EXPECT_EQ(layout->planes[1].stride_bytes, 64U);
  EXPECT_EQ(layout->planes[1].bytes.size(), 64U * 24);
}

TEST_F(PlaneLayoutTest, Nv12InOneRegionHasItsChromaBehindItsLuma) {
  const std::array regions = {region(0, 64 * 72)};
  const auto layout = lay_out_planes(PixelFormat::kNv12, {60, 48}, 64, regions);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->planes[0].bytes.size(), 64U * 48);
  EXPECT_EQ(offset_of(layout->planes[1]), 64U * 48);
  EXPECT_EQ(layout->planes[1].bytes.size(), 64U * 24);
}

TEST_F(PlaneLayoutTest, Yuv420InOneRegionHasChromaOfHalfTheStride) {
  const std::array regions = {region(0, 64 * 72)};
  const auto layout = lay_out_planes(PixelFormat::kYuv420, {60, 48}, 64, regions);
  ASSERT_TRUE(layout);
  ASSERT_EQ(layout->count, 3U);
  EXPECT_EQ(layout->planes[1].stride_bytes, 32U);
  EXPECT_EQ(layout->planes[2].stride_bytes, 32U);
  EXPECT_EQ(offset_of(layout->planes[1]), 64U * 48);
  EXPECT_EQ(offset_of(layout->planes[2]), 64U * 48 + 32U * 24);
}

TEST_F(PlaneLayoutTest, OddSizesHaveChromaForTheLastColumnAndRow) {
  const std::array regions = {region(0, 6 * 5 + 2 * 3 * 3)};
  const auto layout = lay_out_planes(PixelFormat::kYuv420, {5, 5}, 6, regions);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->planes[1].bytes.size(), 9U);
  EXPECT_EQ(layout->planes[2].bytes.size(), 9U);
}

TEST_F(PlaneLayoutTest, ARegionTooManyIsIgnored) {
  // libcamera 0.4.0's virtual camera describes NV12 by three planes.
  const std::array regions = {region(0, 64 * 48), region(4096, 64 * 24), region(0, 0)};
  const auto layout = lay_out_planes(PixelFormat::kNv12, {64, 48}, 64, regions);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->count, 2U);
}

TEST_F(PlaneLayoutTest, ARegionTooFewIsRefused) {
  const std::array regions = {region(0, 64 * 48), region(4096, 32 * 24)};
  EXPECT_FALSE(lay_out_planes(PixelFormat::kYuv420, {64, 48}, 64, regions));
  EXPECT_FALSE(lay_out_planes(PixelFormat::kYuv420, {64, 48}, 64, {}));
}

TEST_F(PlaneLayoutTest, TheLastRowNeedsNoPadding) {
  const std::size_t luma = 64 * 47 + 60;
  const std::size_t chroma = 64 * 23 + 60;
  EXPECT_TRUE(lay_out_planes(PixelFormat::kNv12, {60, 48}, 64,
                             std::array{region(0, luma), region(4096, chroma)}));
  EXPECT_FALSE(lay_out_planes(PixelFormat::kNv12, {60, 48}, 64,
                              std::array{region(0, luma - 1), region(4096, chroma)}));
  EXPECT_FALSE(lay_out_planes(PixelFormat::kNv12, {60, 48}, 64,
                              std::array{region(0, luma), region(4096, chroma - 1)}));
}

TEST_F(PlaneLayoutTest, OneRegionTooShortForTheChromaIsRefused) {
  const auto layout = lay_out_planes(PixelFormat::kNv12, {60, 48}, 64, std::array{region(0, 3100)});
  ASSERT_FALSE(layout);
  EXPECT_EQ(layout.error().reason,
            "the camera's buffers cannot be used: plane 1 has 28 bytes and needs 1532");
}

TEST_F(PlaneLayoutTest, AStrideShorterThanARowIsRefused) {
  EXPECT_FALSE(lay_out_planes(PixelFormat::kYuyv, {64, 48}, 127, std::array{region(0, 128 * 48)}));
  EXPECT_TRUE(lay_out_planes(PixelFormat::kYuyv, {64, 48}, 128, std::array{region(0, 128 * 48)}));
}

TEST_F(PlaneLayoutTest, PackedFormatsHaveOnePlaneWithoutTheSlackBehindIt) {
  const auto layout =
      lay_out_planes(PixelFormat::kBgrx32, {64, 48}, 256, std::array{region(0, 1 << 14)});
  ASSERT_TRUE(layout);
  ASSERT_EQ(layout->count, 1U);
  EXPECT_EQ(layout->planes[0].bytes.size(), 256U * 48);
}

TEST_F(PlaneLayoutTest, AMissingStrideMeansRowsWithoutPadding) {
  const auto rgb =
      lay_out_planes(PixelFormat::kRgb24, {10, 4}, 0, std::array{region(0, 3 * 10 * 4)});
  ASSERT_TRUE(rgb);
  EXPECT_EQ(rgb->planes[0].stride_bytes, 30U);
  const auto nv12 = lay_out_planes(PixelFormat::kNv12, {10, 4}, 0, std::array{region(0, 60)});
  ASSERT_TRUE(nv12);
  EXPECT_EQ(nv12->planes[1].stride_bytes, 10U);
}

TEST_F(PlaneLayoutTest, MjpegIsTheWholeRegionWithoutAStride) {
  const auto layout =
      lay_out_planes(PixelFormat::kMjpeg, {1280, 720}, 0, std::array{region(0, 5000)});
  ASSERT_TRUE(layout);
  ASSERT_EQ(layout->count, 1U);
  EXPECT_EQ(layout->planes[0].bytes.size(), 5000U);
  EXPECT_EQ(layout->planes[0].stride_bytes, 0U);
}

}  // namespace
}  // namespace freshframe
