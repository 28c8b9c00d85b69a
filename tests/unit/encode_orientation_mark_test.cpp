#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <span>

#include "encode/orientation_mark.h"

namespace freshframe {
namespace {

constexpr std::array kJpeg = {std::byte{0xFF}, std::byte{0xD8}, std::byte{0xFF}, std::byte{0xD9}};

// The tag's values are those of Exif 2.32, section 4.6.4; tests/integration shows what decoders
// make of them.
TEST(OrientationMarkTest, TheTagStandsBehindSoiAndAllElseIsAsItWas) {
  OrientationMark mark({.turned_degrees = 270, .mirrored = true});
  const auto marked = mark.put_into(kJpeg);
  ASSERT_EQ(marked.size(), kJpeg.size() + 36);
  EXPECT_EQ(marked[1], kJpeg[1]);
  EXPECT_EQ(marked[2], std::byte{0xFF});
  EXPECT_EQ(marked[3], std::byte{0xE1});
  EXPECT_EQ(marked[5], std::byte{34}) << "the length counts itself and what follows";
  EXPECT_EQ(marked[31], std::byte{5});
  EXPECT_EQ(marked[38], kJpeg[2]);
  EXPECT_EQ(marked.back(), kJpeg.back());
}

TEST(OrientationMarkTest, WhatIsShownAsItIsStoredIsNotTouched) {
  OrientationMark mark({});
  EXPECT_EQ(mark.put_into(kJpeg).data(), kJpeg.data());
}

TEST(OrientationMarkTest, WhatIsNoFileIsLeftAlone) {
  OrientationMark mark({.turned_degrees = 90});
  EXPECT_EQ(mark.put_into(std::span(kJpeg).first(1)).size(), 1u);
}

}  // namespace
}  // namespace freshframe
