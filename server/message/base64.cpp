#include "message/base64.h"

#include <cstdint>

// Highway compiles this file once for each instruction set and picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "message/base64.cpp"
#include <hwy/foreach_target.h>  // must precede highway.h
#include <hwy/highway.h>

#include "message/sextets-inl.h"

HWY_BEFORE_NAMESPACE();
namespace freshframe::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void encode_scalar(const std::uint8_t* in, std::size_t size, char* out) {
  while (size >= 3) {
    const std::uint32_t group = static_cast<std::uint32_t>(in[0] << 16 | in[1] << 8 | in[2]);
    out[0] = kAlphabet[group >> 18];
    out[1] = kAlphabet[group >> 12 & 63];
    out[2] = kAlphabet[group >> 6 & 63];
    out[3] = kAlphabet[group & 63];
    in += 3;
    out += 4;
    size -= 3;
  }
  if (size == 0) {
    return;
  }
  const std::uint32_t last = static_cast<std::uint32_t>(in[0] << 16 | (size == 2 ? in[1] << 8 : 0));
  out[0] = kAlphabet[last >> 18];
  out[1] = kAlphabet[last >> 12 & 63];
  out[2] = size == 2 ? kAlphabet[last >> 6 & 63] : '=';
  out[3] = '=';
}

#if HWY_TARGET != HWY_SCALAR

/// Letters of the alphabet for 6-bit numbers: each of the five ranges (A-Z, a-z, 0-9, +, /) is the
/// number plus an offset, looked up by the range's own number. Source: as for split_into_sextets().
template <class D8, class V8>
HWY_INLINE V8 to_letters(D8 d8, V8 sextets) {
  alignas(16) static constexpr std::uint8_t kOffsets[16] = {
      // 0: a-z; 1 to 10: 0-9; 11: +; 12: /; 13: A-Z
      71, 252, 252, 252, 252, 252, 252, 252, 252, 252, 252, 237, 240, 65, 0, 0};
  const auto range = hn::SaturatedSub(sextets, hn::Set(d8, std::uint8_t{51}));
  const auto is_upper = hn::Lt(sextets, hn::Set(d8, std::uint8_t{26}));
  const auto range_or_upper = hn::IfThenElse(is_upper, hn::Set(d8, std::uint8_t{13}), range);
  return hn::Add(sextets, hn::TableLookupBytes(hn::LoadDup128(d8, kOffsets), range_or_upper));
}

void encode(const std::uint8_t* HWY_RESTRICT in, std::size_t size, char* HWY_RESTRICT out) {
  const hn::ScalableTag<std::uint8_t> d8;
  const hn::Repartition<std::uint32_t, decltype(d8)> d32;
  const std::size_t lanes = hn::Lanes(d8);
  const std::size_t consumed = lanes / 4 * 3;
  const auto indices = words_of_blocks(d32);
  auto* letters = reinterpret_cast<std::uint8_t*>(out);
  // A whole vector is read of which three quarters count.
  while (size >= lanes) {
    hn::StoreU(to_letters(d8, load_sextets(d8, in, indices)), d8, letters);
    in += consumed;
    letters += lanes;
    size -= consumed;
  }
  encode_scalar(in, size, reinterpret_cast<char*>(letters));
}

#else

void encode(const std::uint8_t* in, std::size_t size, char* out) {
  encode_scalar(in, size, out);
}

#endif

}  // namespace freshframe::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace freshframe {

HWY_EXPORT(encode);

void base64_encode(std::span<const std::byte> bytes, char* out) {
  HWY_DYNAMIC_DISPATCH(encode)
  (reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), out);
}

}  // namespace freshframe

#endif
