#include "message/base64.h"

#include <cstdint>

#include "message/base64_code.h"

// Highway compiles this file once for each instruction set and picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "message/base64.cpp"
#include <hwy/foreach_target.h>  // must precede highway.h
#include <hwy/highway.h>

#include "message/sextets-inl.h"

HWY_BEFORE_NAMESPACE();
namespace freshframe::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using base64_code::kAlphabet;

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

/// Letters of the alphabet for 6-bit numbers.
template <class D8, class V8>
HWY_INLINE V8 to_letters(D8 d8, V8 sextets) {
  if constexpr (kLooksUp64AtOnce) {
    return look_up(d8, reinterpret_cast<const std::uint8_t*>(base64_code::kAlphabet), sextets);
  } else {
    // Each of the five ranges (A-Z, a-z, 0-9, +, /) is the number plus an offset, looked up by the
    // range's own number. Source: as for split_into_sextets().
    alignas(16) static constexpr std::uint8_t kOffsets[16] = {
        // 0: a-z; 1 to 10: 0-9; 11: +; 12: /; 13: A-Z
        71, 252, 252, 252, 252, 252, 252, 252, 252, 252, 252, 237, 240, 65, 0, 0};
    const auto range = hn::SaturatedSub(sextets, hn::Set(d8, std::uint8_t{51}));
    const auto is_upper = hn::Lt(sextets, hn::Set(d8, std::uint8_t{26}));
    const auto range_or_upper = hn::IfThenElse(is_upper, hn::Set(d8, std::uint8_t{13}), range);
    return hn::Add(sextets, hn::TableLookupBytes(hn::LoadDup128(d8, kOffsets), range_or_upper));
  }
}

#if HWY_ARCH_ARM

/// Puts the letters of as many bytes as make whole vectors; returns how many those were. ARM loads
/// every third byte into a vector of its own, and stores four vectors in turns, by one instruction
/// each.
std::size_t put_whole_vectors(const std::uint8_t* HWY_RESTRICT in, std::size_t size,
                              std::uint8_t* HWY_RESTRICT out) {
  const hn::ScalableTag<std::uint8_t> d8;
  const std::size_t lanes = hn::Lanes(d8);
  const auto lowest_six = hn::Set(d8, std::uint8_t{63});
  std::size_t done = 0;
  for (; size - done >= 3 * lanes; done += 3 * lanes, out += 4 * lanes) {
    hn::Vec<decltype(d8)> first;
    hn::Vec<decltype(d8)> second;
    hn::Vec<decltype(d8)> third;
    hn::LoadInterleaved3(d8, in + done, first, second, third);
    const auto second_sextet =
        hn::And(hn::Or(hn::ShiftLeft<4>(first), hn::ShiftRight<4>(second)), lowest_six);
    const auto third_sextet =
        hn::And(hn::Or(hn::ShiftLeft<2>(second), hn::ShiftRight<6>(third)), lowest_six);
    hn::StoreInterleaved4(to_letters(d8, hn::ShiftRight<2>(first)), to_letters(d8, second_sextet),
                          to_letters(d8, third_sextet), to_letters(d8, hn::And(third, lowest_six)),
                          d8, out);
  }
  return done;
}

#else

/// Puts the letters of as many bytes as make whole vectors; returns how many those were.
std::size_t put_whole_vectors(const std::uint8_t* HWY_RESTRICT in, std::size_t size,
                              std::uint8_t* HWY_RESTRICT out) {
  const hn::ScalableTag<std::uint8_t> d8;
  const std::size_t lanes = hn::Lanes(d8);
  std::size_t done = 0;
  // A whole vector is read of which three quarters count.
  for (; size - done >= lanes; done += lanes / 4 * 3, out += lanes) {
    hn::StoreU(to_letters(d8, load_sextets(d8, in + done)), d8, out);
  }
  return done;
}

#endif

void encode(const std::uint8_t* in, std::size_t size, char* out) {
  const std::size_t done = put_whole_vectors(in, size, reinterpret_cast<std::uint8_t*>(out));
  encode_scalar(in + done, size - done, out + done / 3 * 4);
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
