// Vectors of 6-bit numbers, for what turns bytes into Base64. Highway compiles this once for each
// instruction set, in the file that includes it, hence the guard that is turned over each time.

#if defined(FRESHFRAME_SEXTETS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef FRESHFRAME_SEXTETS_INL_H
#undef FRESHFRAME_SEXTETS_INL_H
#else
#define FRESHFRAME_SEXTETS_INL_H
#endif

#include <array>
#include <cstddef>
#include <cstdint>

#include <hwy/highway.h>

/// Whether the present instruction set is NEON for 64-bit ARM. To Highway, SVE of a known width is
/// not scalable either, but its vectors are not NEON's.
#ifndef FRESHFRAME_NEON
#define FRESHFRAME_NEON                                                   \
  (HWY_ARCH_ARM_A64 && !HWY_HAVE_SCALABLE && HWY_TARGET != HWY_SVE_256 && \
   HWY_TARGET != HWY_SVE2_128 && HWY_TARGET != HWY_EMU128)
#endif

HWY_BEFORE_NAMESPACE();
namespace freshframe::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

/// Whether look_up() is one instruction.
inline constexpr bool kLooksUp64AtOnce = HWY_TARGET <= HWY_AVX3_DL || FRESHFRAME_NEON;

#if HWY_TARGET <= HWY_AVX3_DL  // x86 with VBMI; other processors' targets have larger numbers

/// The sextets of the first three quarters of 64 bytes, all of which is read. The upper two bits of
/// each are anything, which look_up() does not mind here.
/// Source: W. Muła, D. Lemire, "Base64 encoding and decoding at almost the speed of a memory copy",
/// 2020, section 3.
template <class D8>
HWY_INLINE hwy::HWY_NAMESPACE::VFromD<D8> load_sextets(D8 d8, const std::uint8_t* bytes) {
  namespace hn = hwy::HWY_NAMESPACE;
  // As in split_into_sextets(), for all lanes at once: bytes b1 b0 b2 b1.
  alignas(64) static constexpr auto kSpread = [] {
    std::array<std::uint8_t, 64> spread{};
    for (std::size_t i = 0; i < spread.size(); ++i) {
      constexpr std::uint8_t kOrder[4] = {1, 0, 2, 1};
      spread[i] = static_cast<std::uint8_t>(i / 4 * 3 + kOrder[i % 4]);
    }
    return spread;
  }();
  // At which bit of its 64-bit lane each sextet begins.
  alignas(16) static constexpr std::uint8_t kFirstBit[16] = {10, 4, 22, 16, 42, 36, 54, 48,
                                                             10, 4, 22, 16, 42, 36, 54, 48};
  const auto spread =
      _mm512_permutexvar_epi8(hn::Load(d8, kSpread.data()).raw, hn::LoadU(d8, bytes).raw);
  return hn::VFromD<D8>{_mm512_multishift_epi64_epi8(hn::LoadDup128(d8, kFirstBit).raw, spread)};
}

#else

/// Turns each 3 bytes in the low 12 bytes of every 128-bit block into four 6-bit numbers.
/// Source: W. Muła, D. Lemire, "Faster Base64 Encoding and Decoding using AVX2 Instructions", 2018,
/// section 3: two multiplications do the work of four variable shifts.
template <class D8, class V8>
HWY_INLINE V8 split_into_sextets(D8 d8, V8 blocks) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::Repartition<std::uint16_t, D8> d16;
  const hn::Repartition<std::uint32_t, D8> d32;
  alignas(16) static constexpr std::uint8_t kSpread[16] = {1, 0, 2, 1, 4,  3, 5,  4,
                                                           7, 6, 8, 7, 10, 9, 11, 10};
  // Each 32-bit lane: bytes b1 b0 b2 b1, lowest first.
  const auto groups = hn::BitCast(d32, hn::TableLookupBytes(blocks, hn::LoadDup128(d8, kSpread)));
  const auto high = hn::BitCast(d16, hn::And(groups, hn::Set(d32, 0x0FC0FC00u)));
  const auto low = hn::BitCast(d16, hn::And(groups, hn::Set(d32, 0x003F03F0u)));
  const auto shifted_right = hn::MulHigh(high, hn::BitCast(d16, hn::Set(d32, 0x04000040u)));
  const auto shifted_left = hn::Mul(low, hn::BitCast(d16, hn::Set(d32, 0x01000010u)));
  return hn::BitCast(d8, hn::Or(shifted_right, shifted_left));
}

/// Where a vector's words come from, so that each 128-bit block begins with 12 bytes of its own:
/// lane i of block b is the word 3b + i of the input. A block's fourth word is not used.
template <class D32>
HWY_INLINE auto words_of_blocks(D32 d32) {
  namespace hn = hwy::HWY_NAMESPACE;
  const auto word = hn::Iota(d32, 0);
  return hn::IndicesFromVec(d32, hn::Sub(word, hn::ShiftRight<2>(word)));
}

/// The sextets of the first three quarters of a vector of bytes, all of which is read.
template <class D8>
HWY_INLINE hwy::HWY_NAMESPACE::VFromD<D8> load_sextets(D8 d8, const std::uint8_t* bytes) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::Repartition<std::uint32_t, D8> d32;
  const auto words = hn::BitCast(d32, hn::LoadU(d8, bytes));
  const auto blocks =
      hn::Lanes(d8) == 16 ? words : hn::TableLookupLanes(words, words_of_blocks(d32));
  return split_into_sextets(d8, hn::BitCast(d8, blocks));
}

#endif

/// The entries of a table of 64, which is aligned to 64 bytes, for what load_sextets() gave.
template <class D8, class V8>
HWY_INLINE V8 look_up([[maybe_unused]] D8 d8, const std::uint8_t* table, V8 sextets) {
  namespace hn = hwy::HWY_NAMESPACE;
#if HWY_TARGET <= HWY_AVX3_DL
  return V8{_mm512_permutexvar_epi8(sextets.raw, hn::Load(d8, table).raw)};
#elif FRESHFRAME_NEON
  return V8{vqtbl4q_u8(vld1q_u8_x4(table), sextets.raw)};
#else
  // Four tables of 16, one for each value of the upper two bits.
  const auto in_part = hn::And(sextets, hn::Set(d8, std::uint8_t{15}));
  const auto from_part = [&](std::size_t part) HWY_ATTR {
    return hn::TableLookupBytes(hn::LoadDup128(d8, table + 16 * part), in_part);
  };
  const auto bit4 = hn::TestBit(sextets, hn::Set(d8, std::uint8_t{16}));
  const auto bit5 = hn::TestBit(sextets, hn::Set(d8, std::uint8_t{32}));
  const auto lower = hn::IfThenElse(bit4, from_part(1), from_part(0));
  const auto upper = hn::IfThenElse(bit4, from_part(3), from_part(2));
  return hn::IfThenElse(bit5, upper, lower);
#endif
}

#endif

}  // namespace freshframe::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
