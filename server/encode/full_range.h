#pragma once

#include <cstdint>
#include <span>

namespace freshframe {

/// Stretches limited-range luma codes to full range: 16 becomes 0, 235 becomes 255, what
/// lies outside is clipped first. Rounds to nearest. `to` holds as many bytes as `from`, and may be
/// the same bytes. Source: ITU-R BT.601 (limited range), ITU-T T.871, 7 (the full range of a JPEG
/// image).
void expand_luma_to_full_range(std::span<const std::uint8_t> from, std::uint8_t* to);

/// The same for chroma: 128 stays, 16 and 240 become 1 (0.5, rounded up) and 255.
void expand_chroma_to_full_range(std::span<const std::uint8_t> from, std::uint8_t* to);

}  // namespace freshframe
