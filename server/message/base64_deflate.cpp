#include "message/base64_deflate.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <cstring>

#include "message/bit_writer.h"

// Highway compiles this file once for each instruction set and picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "message/base64_deflate.cpp"
#include <hwy/foreach_target.h>  // must precede highway.h
#include <hwy/highway.h>

#include "message/sextets-inl.h"

HWY_BEFORE_NAMESPACE();
namespace freshframe::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR

/// The first six bits of each letter's code; the rare letter's seventh is missing.
struct FirstBits {
  alignas(64) std::uint8_t of[64];
};
constexpr FirstBits first_bits() {
  FirstBits first{};
  for (std::size_t i = 0; i < 64; ++i) {
    first.of[i] = static_cast<std::uint8_t>(base64_code::kLetters[i].bits & 63U);
  }
  return first;
}
constexpr FirstBits kFirstBits = first_bits();

// What the vectors rely on to find the rare letter and to mend it: its first six bits are ones, as
// no other letter's are, and its seventh is 0.
static_assert(base64_code::kRare.bits == 0b0111111 && base64_code::kRare.length == 7);
static_assert(base64_code::kEndOfBlock.bits == 0b1111111);

/// Moves the eight codes of each 64-bit lane together, into its lowest 48 bits.
template <class D64, class V8>
HWY_INLINE hn::VFromD<D64> packed(D64 d64, V8 codes) {
  const hn::Repartition<std::uint8_t, D64> d8;
  const hn::Repartition<std::uint16_t, D64> d16;
  const hn::Repartition<std::uint32_t, D64> d32;
  const auto ones = hn::BitCast(d16, codes);
  const auto twos = hn::BitCast(d32, hn::Or(hn::And(ones, hn::Set(d16, 0x3F)),
                                            hn::And(hn::ShiftRight<2>(ones), hn::Set(d16, 0xFC0))));
  const auto fours =
      hn::BitCast(d8, hn::Or(hn::And(twos, hn::Set(d32, 0xFFF)),
                             hn::And(hn::ShiftRight<4>(twos), hn::Set(d32, 0xFFF000))));
  // Bytes 3 and 7 of each lane are 0.
  alignas(16) static constexpr std::uint8_t kTogether[16] = {0, 1, 2,  4,  5,  6,  3,  3,
                                                             8, 9, 10, 12, 13, 14, 11, 11};
  return hn::BitCast(d64, hn::TableLookupBytes(fours, hn::LoadDup128(d8, kTogether)));
}

/// For each code of packed() that is all ones, the bit behind it.
template <class D64, class V64>
HWY_INLINE V64 behind_rare(D64 d64, V64 codes) {
  const auto pairs = hn::And(codes, hn::ShiftRight<3>(codes));
  const auto ones = hn::And(hn::And(pairs, hn::ShiftRight<1>(pairs)), hn::ShiftRight<2>(pairs));
  return hn::ShiftLeft<6>(hn::And(ones, hn::Set(d64, 0x041041041041)));
}

/// Puts the letters of as many bytes as make whole vectors; returns how many those were.
std::size_t put_whole_vectors(const std::uint8_t* HWY_RESTRICT in, std::size_t size,
                              BitWriter& out) {
  const hn::CappedTag<std::uint8_t, 64> d8;
  const hn::Repartition<std::uint64_t, decltype(d8)> d64;
  const std::size_t lanes = hn::Lanes(d8);
  const std::size_t consumed = lanes / 4 * 3;
  const auto zero = hn::Zero(d64);
  const auto one = hn::Set(d64, 1);
  alignas(64) std::uint64_t words[8];
  alignas(64) std::uint64_t counts[8];
  // As a copy that nobody else sees, it stays in registers.
  BitWriter writer = out;
  std::size_t done = 0;
  for (; size - done >= lanes; done += consumed) {
    auto word = packed(d64, look_up(d8, kFirstBits.of, load_sextets(d8, in + done)));
    auto count = hn::Set(d64, 8 * base64_code::kUsualBits);
    auto behind = behind_rare(d64, word);
    // Each turn puts a 0 behind one rare letter of each lane, and what is above moves up by being
    // added to itself. A second turn is rare: one in 20 vectors of 64 letters, fewer in shorter
    // ones.
    do {
      const auto from_behind = hn::Or(behind, hn::Sub(zero, behind));
      word = hn::Add(word, hn::And(word, from_behind));
      count = hn::Add(count, hn::IfThenElseZero(hn::Ne(behind, zero), one));
      behind = hn::ShiftLeft<1>(hn::And(behind, hn::Sub(behind, one)));
    } while (!hn::AllTrue(d64, hn::Eq(behind, zero)));

    hn::Store(word, d64, words);
    hn::Store(count, d64, counts);
    for (std::size_t i = 0; i < lanes / 8; ++i) {
      writer.put(words[i], static_cast<unsigned>(counts[i]));
    }
  }
  out = writer;
  return done;
}

#else

std::size_t put_whole_vectors(const std::uint8_t* /*in*/, std::size_t /*size*/,
                              BitWriter& /*out*/) {
  return 0;
}

#endif

}  // namespace freshframe::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace freshframe {

namespace {

HWY_EXPORT(put_whole_vectors);

/// The lowest six bits are the letter's number.
void put_letter(int sextet, BitWriter& writer) {
  const base64_code::Code code = base64_code::kLetters[static_cast<std::size_t>(sextet & 63)];
  writer.put(code.bits, code.length);
}

/// The letters of all bytes one by one, those of the last one or two included; not their padding.
void put_rest(const std::uint8_t* in, std::size_t size, BitWriter& writer) {
  for (; size >= 3; in += 3, size -= 3) {
    put_letter(in[0] >> 2, writer);
    put_letter(in[0] << 4 | in[1] >> 4, writer);
    put_letter(in[1] << 2 | in[2] >> 6, writer);
    put_letter(in[2], writer);
  }
  if (size == 0) {
    return;
  }
  put_letter(in[0] >> 2, writer);
  if (size == 1) {
    put_letter(in[0] << 4, writer);
    return;
  }
  put_letter(in[0] << 4 | in[1] >> 4, writer);
  put_letter(in[1] << 2, writer);
}

char* append(std::string_view bytes, char* out) {
  return std::copy(bytes.begin(), bytes.end(), out);
}

}  // namespace

std::size_t deflate_base64(std::span<const std::byte> bytes, std::string_view tail, char* out) {
  BitWriter writer(out);
  for (std::size_t i = 0; i < base64_code::kBlockHead.bit_count; ++i) {
    writer.put(base64_code::kBlockHead.bytes[i / 8] >> i % 8 & 1U, 1);
  }
  const auto* in = reinterpret_cast<const std::uint8_t*>(bytes.data());
  const std::size_t done = HWY_DYNAMIC_DISPATCH(put_whole_vectors)(in, bytes.size(), writer);
  put_rest(in + done, bytes.size() - done, writer);
  writer.put(base64_code::kEndOfBlock.bits, base64_code::kEndOfBlock.length);

  // A stored block for what has no code, the padding, and for the tail.
  const std::string_view padding = std::string_view("==").substr(0, (3 - bytes.size() % 3) % 3);
  const auto length = static_cast<std::uint32_t>(padding.size() + tail.size());
  assert(length <= 0xFFFF);
  const std::uint32_t lengths = length | ~length << 16U;
  writer.put(0, 3);
  char* end = writer.next_byte();
  std::memcpy(end, &lengths, sizeof(lengths));
  end = append(tail, append(padding, end + sizeof(lengths)));
  // The empty stored block: three bits and to the byte's end.
  *end++ = '\0';
  return static_cast<std::size_t>(end - out);
}

}  // namespace freshframe

#endif
