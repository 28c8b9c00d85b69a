// Vectors of 6-bit numbers, for what turns bytes into Base64. Highway compiles this once for each
// instruction set, in the file that includes it, hence the guard that is turned over each time.

#if defined(FRESHFRAME_SEXTETS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef FRESHFRAME_SEXTETS_INL_H
#undef FRESHFRAME_SEXTETS_INL_H
#else
#define FRESHFRAME_SEXTETS_INL_H
#endif

#include <cstdint>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace freshframe::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

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
template <class D8, class Indices>
HWY_INLINE hwy::HWY_NAMESPACE::VFromD<D8> load_sextets(D8 d8, const std::uint8_t* bytes,
                                                       Indices words_of_blocks) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::Repartition<std::uint32_t, D8> d32;
  const auto words = hn::BitCast(d32, hn::LoadU(d8, bytes));
  const auto blocks = hn::Lanes(d8) == 16 ? words : hn::TableLookupLanes(words, words_of_blocks);
  return split_into_sextets(d8, hn::BitCast(d8, blocks));
}

#endif

}  // namespace freshframe::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
