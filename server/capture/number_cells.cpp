#include "capture/number_cells.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace freshframe {

namespace {

constexpr int kNumberBits = 24;
constexpr std::uint32_t kNumberMask = (1U << kNumberBits) - 1;
// Not the ends of the range, so that ringing around the edges is not clipped.
constexpr int kBlack = 16;
constexpr int kWhite = 235;
constexpr int kThreshold = 128;

// All 28 cells as bits, cell 0 lowest.
std::uint32_t cells_of(std::uint32_t number) {
  const auto ones = static_cast<std::uint32_t>(std::popcount(number));
  return 1U | number << 2 | (ones & 3) << (2 + kNumberBits);
}

}  // namespace

int number_cell_side_px(int width_px) {
  return std::min(16, width_px / kNumberCells);
}

void draw_number_cells(std::uint64_t number, std::uint8_t* luma, std::size_t stride_bytes,
                       int width_px) {
  const auto side = static_cast<std::size_t>(number_cell_side_px(width_px));
  const std::uint32_t cells = cells_of(static_cast<std::uint32_t>(number & kNumberMask));
  for (std::size_t cell = 0; cell < kNumberCells; ++cell) {
    std::memset(luma + cell * side, (cells >> cell & 1) != 0 ? kWhite : kBlack, side);
  }
  for (std::size_t row = 1; row < side; ++row) {
    std::memcpy(luma + row * stride_bytes, luma, side * kNumberCells);
  }
}

std::optional<std::uint32_t> read_number_cells(std::span<const std::uint8_t> luma,
                                               std::size_t stride_bytes, int width_px) {
  const auto side = static_cast<std::size_t>(std::max(0, number_cell_side_px(width_px)));
  const std::size_t needed_bytes = side == 0 ? 1 : (side - 1) * stride_bytes + side * kNumberCells;
  if (side == 0 || luma.size() < needed_bytes) {
    return std::nullopt;
  }
  // The middle half of a cell, away from its neighbours.
  const std::size_t from = side / 4;
  const std::size_t to = std::max(from + 1, side - side / 4);
  std::uint32_t cells = 0;
  for (std::size_t cell = 0; cell < kNumberCells; ++cell) {
    std::size_t sum = 0;
    for (std::size_t y = from; y < to; ++y) {
      for (std::size_t x = from; x < to; ++x) {
        sum += luma[y * stride_bytes + cell * side + x];
      }
    }
    if (sum >= kThreshold * (to - from) * (to - from)) {
      cells |= 1U << cell;
    }
  }
  const std::uint32_t number = cells >> 2 & kNumberMask;
  if (cells != cells_of(number)) {
    return std::nullopt;
  }
  return number;
}

}  // namespace freshframe
