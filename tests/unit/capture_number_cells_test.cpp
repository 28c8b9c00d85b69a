#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "capture/number_cells.h"

namespace freshframe {
namespace {

class NumberCellsTest : public testing::TestWithParam<int> {
 protected:
  std::size_t stride() const { return static_cast<std::size_t>(GetParam()) + 3; }

  std::vector<std::uint8_t> drawn(std::uint64_t number) const {
    std::vector<std::uint8_t> luma(stride() * 16, 77);
    draw_number_cells(number, luma.data(), stride(), GetParam());
    return luma;
  }
};

TEST_P(NumberCellsTest, WhatIsDrawnIsReadBack) {
  for (const std::uint32_t number :
       {0U, 1U, 2U, 3U, 0x800000U, 0xffffffU, 0x555555U, 0xaaaaaaU, 1234567U}) {
    EXPECT_EQ(read_number_cells(drawn(number), stride(), GetParam()), number);
  }
}

TEST_P(NumberCellsTest, OnlyTheLow24BitsAreDrawn) {
  EXPECT_EQ(drawn(0x1234567890abcdefU), drawn(0xabcdef));
}

TEST_P(NumberCellsTest, NothingIsDrawnOutsideTheCells) {
  const auto luma = drawn(0xffffff);
  const auto side = static_cast<std::size_t>(number_cell_side_px(GetParam()));
  for (std::size_t i = 0; i < luma.size(); ++i) {
    if (i % stride() >= side * kNumberCells || i / stride() >= side) {
      ASSERT_EQ(luma[i], 77);
    }
  }
}

// One cell that is read wrongly must not give a wrong number.
TEST_P(NumberCellsTest, AnyOneCellInvertedIsNoticed) {
  const auto side = static_cast<std::size_t>(number_cell_side_px(GetParam()));
  for (std::size_t cell = 0; cell < kNumberCells; ++cell) {
    auto luma = drawn(1234567);
    for (std::size_t y = 0; y < side; ++y) {
      for (std::size_t x = cell * side; x < (cell + 1) * side; ++x) {
        luma[y * stride() + x] = static_cast<std::uint8_t>(255 - luma[y * stride() + x]);
      }
    }
    EXPECT_EQ(read_number_cells(luma, stride(), GetParam()), std::nullopt) << "cell " << cell;
  }
}

TEST_P(NumberCellsTest, PlainPicturesHaveNoNumber) {
  for (const int shade : {0, 127, 128, 255}) {
    const std::vector<std::uint8_t> luma(stride() * 16, static_cast<std::uint8_t>(shade));
    EXPECT_EQ(read_number_cells(luma, stride(), GetParam()), std::nullopt);
  }
}

TEST_P(NumberCellsTest, APictureThatIsTooSmallHasNoNumber) {
  const auto side = static_cast<std::size_t>(number_cell_side_px(GetParam()));
  auto luma = drawn(99);
  luma.resize((side - 1) * stride() + side * kNumberCells);
  EXPECT_EQ(read_number_cells(luma, stride(), GetParam()), 99U);
  luma.pop_back();
  EXPECT_EQ(read_number_cells(luma, stride(), GetParam()), std::nullopt);
  EXPECT_EQ(read_number_cells({}, 0, 0), std::nullopt);
  EXPECT_EQ(read_number_cells({}, 0, 27), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Widths, NumberCellsTest, testing::Values(28, 56, 128, 447, 448, 1280));

// The layout is a contract with readers in other languages.
TEST(NumberCellsLayoutTest, CellsStandWhereTheContractSays) {
  EXPECT_EQ(number_cell_side_px(128), 4);
  EXPECT_EQ(number_cell_side_px(640), 16);
  EXPECT_EQ(number_cell_side_px(4096), 16);
  std::vector<std::uint8_t> luma(std::size_t{448} * 16);
  draw_number_cells(0b1011, luma.data(), 448, 448);
  const auto is_white = [&luma](std::size_t cell) { return luma[8 * 448 + cell * 16 + 8] >= 128; };
  EXPECT_TRUE(is_white(0));
  EXPECT_FALSE(is_white(1));
  EXPECT_TRUE(is_white(2));
  EXPECT_TRUE(is_white(3));
  EXPECT_FALSE(is_white(4));
  EXPECT_TRUE(is_white(5));
  for (std::size_t cell = 6; cell < 26; ++cell) {
    EXPECT_FALSE(is_white(cell));
  }
  // Three ones.
  EXPECT_TRUE(is_white(26));
  EXPECT_TRUE(is_white(27));
}

}  // namespace
}  // namespace freshframe
