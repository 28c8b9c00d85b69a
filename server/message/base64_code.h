#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace freshframe {

/// The prefix code in which Base64 letters travel deflated, and the head of the DEFLATE block that
/// declares it (RFC 1951, 3.2.7). All of it is known when this is compiled.
///
/// 63 letters have 6 bits. That leaves one place of 6 bits, which the 64th letter and the end of
/// the block share with 7 bits each: in canonical order, which is ASCII's, all six bits of it are
/// ones. Nothing in the block looks back, so that it fits every window and every context.
namespace base64_code {

/// Begins with a cache line, for vectors to look letters up in.
alignas(64) inline constexpr char kAlphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The letter with 7 bits. No letter is the rarest in every picture: '/' makes 0.2 % of a smooth
/// one and 5 % of a noisy one of quality 95. Of 191 JPEG images (photographs, synthetic ones with
/// the noise of a sensor, pages and screens, qualities 50 to 95) 'E' had the smallest mean, 1.06 %,
/// and in the camera pictures among them at most 1.44 %, so that it costs 0.25 % of the size at
/// most.
inline constexpr char kRareLetter = 'E';

inline constexpr int kUsualBits = 6;

/// A code as the stream has it: the first bit is the lowest.
struct Code {
  std::uint8_t bits = 0;
  std::uint8_t length = 0;
};

/// Bits in the order of the stream, the first byte's lowest first.
struct BitString {
  std::array<std::uint8_t, 32> bytes{};
  std::size_t bit_count = 0;

  constexpr void add(unsigned value, unsigned count) {
    for (unsigned i = 0; i < count; ++i, ++bit_count) {
      const unsigned bit = (value >> i & 1U) << bit_count % 8;
      bytes[bit_count / 8] = static_cast<std::uint8_t>(bytes[bit_count / 8] | bit);
    }
  }
  constexpr void add(Code code) { add(code.bits, code.length); }
};

/// The codes that RFC 1951, 3.2.2 gives to symbols of these lengths, of 7 bits at most.
template <std::size_t SymbolCount>
constexpr std::array<Code, SymbolCount> canonical_codes(
    const std::array<std::uint8_t, SymbolCount>& lengths) {
  std::array<Code, SymbolCount> codes{};
  unsigned next = 0;
  for (unsigned length = 1; length <= 7; ++length) {
    next <<= 1U;
    for (std::size_t symbol = 0; symbol < SymbolCount; ++symbol) {
      if (lengths[symbol] != length) {
        continue;
      }
      unsigned first_bit_lowest = 0;
      for (unsigned i = 0; i < length; ++i) {
        first_bit_lowest |= (next >> i & 1U) << (length - 1 - i);
      }
      codes[symbol] = {static_cast<std::uint8_t>(first_bit_lowest),
                       static_cast<std::uint8_t>(length)};
      ++next;
    }
  }
  return codes;
}

inline constexpr std::size_t kEndOfBlockSymbol = 256;

/// Of the bytes 0 to 255 and the end of the block.
constexpr std::array<std::uint8_t, 257> symbol_lengths() {
  std::array<std::uint8_t, 257> lengths{};
  for (std::size_t i = 0; i < 64; ++i) {
    lengths[static_cast<unsigned char>(kAlphabet[i])] = kUsualBits;
  }
  lengths[static_cast<unsigned char>(kRareLetter)] = kUsualBits + 1;
  lengths[kEndOfBlockSymbol] = kUsualBits + 1;
  return lengths;
}

inline constexpr Code kEndOfBlock = canonical_codes(symbol_lengths())[kEndOfBlockSymbol];
inline constexpr Code kRare =
    canonical_codes(symbol_lengths())[static_cast<unsigned char>(kRareLetter)];

/// By the letter's number, 0 to 63.
constexpr std::array<Code, 64> letter_codes() {
  const auto by_symbol = canonical_codes(symbol_lengths());
  std::array<Code, 64> codes{};
  for (std::size_t i = 0; i < codes.size(); ++i) {
    codes[i] = by_symbol[static_cast<unsigned char>(kAlphabet[i])];
  }
  return codes;
}

inline constexpr std::array<Code, 64> kLetters = letter_codes();

/// All that stands in the block before the first letter.
constexpr BitString block_head() {
  BitString head;
  head.add(0, 1);  // not the last block
  head.add(2, 2);  // with codes of its own
  head.add(0, 5);  // 257 symbols
  // Two distance codes of one bit each, though none is ever used: an empty distance code is
  // allowed, but some decoders want a complete one, and zlib's own encoder never writes less.
  head.add(1, 5);

  // The lengths are themselves coded; these symbols are what their runs need.
  constexpr unsigned kRepeat = 16;     // the length before, 3 to 6 times
  constexpr unsigned kZeros = 17;      // 3 to 10 times
  constexpr unsigned kManyZeros = 18;  // 11 to 138 times
  std::array<std::uint8_t, 19> length_code_lengths{};
  length_code_lengths[kUsualBits] = 2;
  length_code_lengths[kRepeat] = 2;
  length_code_lengths[kUsualBits + 1] = 3;
  length_code_lengths[1] = 3;
  length_code_lengths[kZeros] = 3;
  length_code_lengths[kManyZeros] = 3;
  const auto codes = canonical_codes(length_code_lengths);
  constexpr std::array<std::size_t, 18> kOrder = {16, 17, 18, 0,  8, 7,  9, 6,  10,
                                                  5,  11, 4,  12, 3, 13, 2, 14, 1};
  head.add(kOrder.size() - 4, 4);
  for (const std::size_t symbol : kOrder) {
    head.add(length_code_lengths[symbol], 3);
  }

  const auto lengths = symbol_lengths();
  for (std::size_t i = 0; i < lengths.size();) {
    const unsigned length = lengths[i];
    unsigned run = 1;
    while (i + run < lengths.size() && lengths[i + run] == length) {
      ++run;
    }
    i += run;
    if (length == 0) {
      // Every run of zeros has 3 to 138, or one of the codes above would be missing.
      const bool many = run > 10;
      head.add(codes[many ? kManyZeros : kZeros]);
      head.add(many ? run - 11 : run - 3, many ? 7 : 3);
      continue;
    }
    head.add(codes[length]);
    for (--run; run >= 3;) {
      const unsigned repeated = run < 6 ? run : 6;
      head.add(codes[kRepeat]);
      head.add(repeated - 3, 2);
      run -= repeated;
    }
    for (; run > 0; --run) {
      head.add(codes[length]);
    }
  }
  head.add(codes[1]);
  head.add(codes[1]);
  return head;
}

inline constexpr BitString kBlockHead = block_head();

}  // namespace base64_code

}  // namespace freshframe
