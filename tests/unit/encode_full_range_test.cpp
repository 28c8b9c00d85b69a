#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "encode/full_range.h"

namespace freshframe {
namespace {

std::vector<std::uint8_t> all_codes() {
  std::vector<std::uint8_t> codes(256);
  std::iota(codes.begin(), codes.end(), std::uint8_t{0});
  return codes;
}

std::uint8_t obvious_luma(int code) {
  return static_cast<std::uint8_t>(std::lround((std::clamp(code, 16, 235) - 16) * 255.0 / 219.0));
}

std::uint8_t obvious_chroma(int code) {
  const double expanded = 128 + (std::clamp(code, 16, 240) - 128) * 255.0 / 224.0;
  return static_cast<std::uint8_t>(std::min(std::lround(expanded), 255L));
}

TEST(FullRangeTest, EveryLumaCodeIsStretchedAsTheFormulaSays) {
  std::vector<std::uint8_t> expanded(256);
  expand_luma_to_full_range(all_codes(), expanded.data());
  for (int code = 0; code < 256; ++code) {
    EXPECT_EQ(expanded[static_cast<std::size_t>(code)], obvious_luma(code)) << "code " << code;
  }
}

TEST(FullRangeTest, EveryChromaCodeIsStretchedAsTheFormulaSays) {
  std::vector<std::uint8_t> expanded(256);
  expand_chroma_to_full_range(all_codes(), expanded.data());
  for (int code = 0; code < 256; ++code) {
    EXPECT_EQ(expanded[static_cast<std::size_t>(code)], obvious_chroma(code)) << "code " << code;
  }
}

TEST(FullRangeTest, BlackIsBlackWhiteIsWhiteAndGreyStaysGrey) {
  const std::vector<std::uint8_t> luma = {16, 235, 0, 255};
  std::vector<std::uint8_t> expanded(4);
  expand_luma_to_full_range(luma, expanded.data());
  EXPECT_EQ(expanded, (std::vector<std::uint8_t>{0, 255, 0, 255}));
  const std::vector<std::uint8_t> chroma = {128, 240, 16, 255};
  expand_chroma_to_full_range(chroma, expanded.data());
  EXPECT_EQ(expanded, (std::vector<std::uint8_t>{128, 255, 1, 255}));
}

// A vectorised loop has a body, a tail and often a prologue: each length and each start must agree.
TEST(FullRangeTest, AnyLengthAndStartGivesTheSameAndWritesNoFurther) {
  const std::vector<std::uint8_t> codes = all_codes();
  for (std::size_t start = 0; start < 20; ++start) {
    for (std::size_t length = 0; length < 70; ++length) {
      std::vector<std::uint8_t> expanded(length + 1, 77);
      expand_luma_to_full_range(std::span(codes).subspan(start, length), expanded.data());
      for (std::size_t i = 0; i < length; ++i) {
        ASSERT_EQ(expanded[i], obvious_luma(codes[start + i]));
      }
      ASSERT_EQ(expanded[length], 77);
    }
  }
}

TEST(FullRangeTest, WorksInPlace) {
  std::vector<std::uint8_t> codes = all_codes();
  expand_chroma_to_full_range(codes, codes.data());
  for (int code = 0; code < 256; ++code) {
    EXPECT_EQ(codes[static_cast<std::size_t>(code)], obvious_chroma(code));
  }
}

}  // namespace
}  // namespace freshframe
