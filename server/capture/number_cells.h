#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace freshframe {

/// A row of square cells at a picture's top left that tells a frame's number to a machine, also
/// after lossy coding. Cell 0 is white, cell 1 black, cells 2 to 25 are the low 24 bits of the
/// number, lowest first, white for 1, cells 26 and 27 the count of one-bits modulo 4, lowest first.
inline constexpr int kNumberCells = 28;

/// The cells' side in a picture of this width: 16, or what 28 cells leave room for.
int number_cell_side_px(int width_px);

/// Draws the cells of `number`'s low 24 bits into luma rows of `stride_bytes`; the picture is at
/// least `number_cell_side_px(width_px)` high.
void draw_number_cells(std::uint64_t number, std::uint8_t* luma, std::size_t stride_bytes,
                       int width_px);

/// Reads the 24 bits back from a picture's luma. Nothing where the cells are not there, or do not
/// agree with their count.
std::optional<std::uint32_t> read_number_cells(std::span<const std::uint8_t> luma,
                                               std::size_t stride_bytes, int width_px);

}  // namespace freshframe
