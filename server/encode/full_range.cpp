#include "encode/full_range.h"

#include <algorithm>
#include <cstddef>

namespace freshframe {

// Both loops are written in 16-bit steps, without a table, so that compilers vectorise them (a high
// half of a 16-bit product is one instruction on x86 and Arm). Their results are exact for all 256
// codes, which the unit test shows.

void expand_luma_to_full_range(std::span<const std::uint8_t> from, std::uint8_t* to) {
  // t * 255 / 219 = t + t * 36 / 219, the second part with 8 bits behind the point.
  constexpr std::uint32_t kFraction = 36 * 65536 / 219 + 1;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto t =
        static_cast<std::uint16_t>(std::clamp<std::uint8_t>(from[i], 16, 235) - std::uint8_t{16});
    const auto shifted = static_cast<std::uint16_t>(t << 8);
    const auto more = static_cast<std::uint16_t>((std::uint32_t{shifted} * kFraction) >> 16);
    to[i] = static_cast<std::uint8_t>(t + static_cast<std::uint16_t>((more + 128) >> 8));
  }
}

void expand_chroma_to_full_range(std::span<const std::uint8_t> from, std::uint8_t* to) {
  // 128 + (c - 128) * 255 / 224 = t + t * 31 / 224 + 1/2 with t = c - 16; rounding adds the other
  // 1/2.
  constexpr std::uint32_t kFraction = 31 * 65536 / 224 + 1;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto t =
        static_cast<std::uint16_t>(std::clamp<std::uint8_t>(from[i], 16, 240) - std::uint8_t{16});
    const auto shifted = static_cast<std::uint16_t>(t << 8);
    const auto more = static_cast<std::uint16_t>((std::uint32_t{shifted} * kFraction) >> 16);
    const auto sum = static_cast<std::uint16_t>(t + 1 + (more >> 8));
    to[i] = static_cast<std::uint8_t>(std::min<std::uint16_t>(sum, 255));
  }
}

}  // namespace freshframe
