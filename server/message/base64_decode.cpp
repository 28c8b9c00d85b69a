#include "message/base64_decode.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "message/base64_code.h"

// Highway compiles this file once for each instruction set and picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "message/base64_decode.cpp"
#include <hwy/foreach_target.h>  // must precede highway.h
#include <hwy/highway.h>

// The tables of all instruction sets, hence once.
#ifndef FRESHFRAME_BASE64_DECODE_TABLES
#define FRESHFRAME_BASE64_DECODE_TABLES

namespace freshframe::base64_decode_tables {

/// Letters are told from other bytes by their two halves: bytes with one high half are a class, one
/// bit for each class, and a table by the low half says which classes have no letter there. A and
/// a, P and p begin pairs of classes that are alike in that.
constexpr std::uint8_t class_of_high_half(std::size_t high) {
  switch (high) {
    case 2:
      return 1;
    case 3:
      return 2;
    case 4:
    case 6:
      return 4;
    case 5:
    case 7:
      return 8;
    default:
      return 16;
  }
}

constexpr std::array<std::uint8_t, 16> classes() {
  std::array<std::uint8_t, 16> table{};
  for (std::size_t high = 0; high < table.size(); ++high) {
    table[high] = class_of_high_half(high);
  }
  return table;
}

constexpr std::array<std::uint8_t, 16> classes_without_letter() {
  std::array<std::uint8_t, 16> table{};
  table.fill(31);
  for (std::size_t i = 0; i < 64; ++i) {
    const auto letter = static_cast<unsigned char>(base64_code::kAlphabet[i]);
    table[letter & 15U] =
        static_cast<std::uint8_t>(table[letter & 15U] & ~class_of_high_half(letter >> 4U));
  }
  return table;
}

/// What to add to a letter to get its number depends on its high half alone, but for '/', which
/// takes the place before.
constexpr std::array<std::uint8_t, 16> number_minus_letter() {
  std::array<std::uint8_t, 16> table{};
  for (std::size_t i = 0; i < 64; ++i) {
    const auto letter = static_cast<unsigned char>(base64_code::kAlphabet[i]);
    table[(letter >> 4U) - (letter == '/' ? 1U : 0U)] = static_cast<std::uint8_t>(i - letter);
  }
  return table;
}

alignas(16) inline constexpr std::array<std::uint8_t, 16> kClasses = classes();
alignas(16) inline constexpr std::array<std::uint8_t, 16> kWithoutLetter = classes_without_letter();
alignas(16) inline constexpr std::array<std::uint8_t, 16> kNumberMinusLetter =
    number_minus_letter();

/// Each word's three low bytes, the highest first, and behind them the words' empty bytes.
alignas(16) inline constexpr std::array<std::uint8_t, 16> kBytesOfWords = {
    2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 3, 7, 11, 15};

}  // namespace freshframe::base64_decode_tables

#endif

HWY_BEFORE_NAMESPACE();
namespace freshframe::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

namespace hn = hwy::HWY_NAMESPACE;
namespace tables = base64_decode_tables;

/// Puts four 6-bit numbers, one in each byte, together to the low 24 bits of a 32-bit word.
template <class V8>
HWY_INLINE auto join_sextets(V8 sextets) {
  const hn::Repartition<std::uint16_t, hn::DFromV<V8>> d16;
  const hn::Repartition<std::uint32_t, hn::DFromV<V8>> d32;
  const auto singles = hn::BitCast(d16, sextets);
  const auto pairs = hn::Or(hn::ShiftLeft<6>(hn::And(singles, hn::Set(d16, std::uint16_t{0xFF}))),
                            hn::ShiftRight<8>(singles));
  const auto words = hn::BitCast(d32, pairs);
  return hn::Or(hn::ShiftLeft<12>(hn::And(words, hn::Set(d32, 0xFFFFu))),
                hn::ShiftRight<16>(words));
}

/// Lane i of the packed words comes from here: the first three words of each 128-bit block. Behind
/// them it does not matter.
template <class D32>
HWY_INLINE auto first_three_of_blocks(D32 d32) {
  const auto word = hn::Iota(d32, 0);
  // A third, exact as far as vectors go.
  const auto block = hn::ShiftRight<17>(hn::Mul(word, hn::Set(d32, 43691u)));
  const auto last = hn::Set(d32, static_cast<std::uint32_t>(hn::Lanes(d32) - 1));
  return hn::IndicesFromVec(d32, hn::Min(hn::Add(word, block), last));
}

/// Decodes whole vectors up to the first that has anything but the 64 letters in it; returns how
/// many letters that were.
std::size_t decode_vectors(const std::uint8_t* HWY_RESTRICT letters, std::size_t size,
                           std::uint8_t* HWY_RESTRICT out) {
  const hn::ScalableTag<std::uint8_t> d8;
  const hn::Repartition<std::uint32_t, decltype(d8)> d32;
  const std::size_t lanes = hn::Lanes(d8);
  const auto indices = first_three_of_blocks(d32);
  const auto low_half = hn::Set(d8, std::uint8_t{15});
  const auto classes = hn::LoadDup128(d8, tables::kClasses.data());
  const auto without_letter = hn::LoadDup128(d8, tables::kWithoutLetter.data());
  const auto number_minus_letter = hn::LoadDup128(d8, tables::kNumberMinusLetter.data());
  const auto bytes_of_words = hn::LoadDup128(d8, tables::kBytesOfWords.data());

  std::size_t done = 0;
  // A whole vector is written of which three quarters count; the letters left have room for it.
  while ((size - done) / 4 * 3 >= lanes) {
    const auto text = hn::LoadU(d8, letters + done);
    const auto high = hn::ShiftRight<4>(text);
    const auto foreign = hn::And(hn::TableLookupBytes(classes, high),
                                 hn::TableLookupBytes(without_letter, hn::And(text, low_half)));
    if (!hn::AllTrue(d8, hn::Eq(foreign, hn::Zero(d8)))) {
      break;
    }
    const auto is_slash = hn::VecFromMask(d8, hn::Eq(text, hn::Set(d8, std::uint8_t{'/'})));
    const auto sextets =
        hn::Add(text, hn::TableLookupBytes(number_minus_letter, hn::Add(high, is_slash)));
    const auto bytes = hn::TableLookupBytes(hn::BitCast(d8, join_sextets(sextets)), bytes_of_words);
    const auto packed =
        lanes == 16 ? bytes
                    : hn::BitCast(d8, hn::TableLookupLanes(hn::BitCast(d32, bytes), indices));
    hn::StoreU(packed, d8, out + done / 4 * 3);
    done += lanes;
  }
  return done;
}

#else

std::size_t decode_vectors(const std::uint8_t* /*letters*/, std::size_t /*size*/,
                           std::uint8_t* /*out*/) {
  return 0;
}

#endif

}  // namespace freshframe::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace freshframe {

namespace {

HWY_EXPORT(decode_vectors);

// Above all numbers of letters, so that four meanings or-ed together show whether all are letters.
constexpr std::uint8_t kWhiteSpace = 64;
constexpr std::uint8_t kPadding = 65;
constexpr std::uint8_t kForeign = 66;

/// What each byte means: a letter's number, or one of the above.
constexpr std::array<std::uint8_t, 256> meanings() {
  std::array<std::uint8_t, 256> table{};
  table.fill(kForeign);
  for (std::size_t i = 0; i < 64; ++i) {
    table[static_cast<unsigned char>(base64_code::kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  table['-'] = table['+'];
  table['_'] = table['/'];
  for (const char space : {' ', '\t', '\r', '\n'}) {
    table[static_cast<unsigned char>(space)] = kWhiteSpace;
  }
  table['='] = kPadding;
  return table;
}

constexpr std::array<std::uint8_t, 256> kMeanings = meanings();

// The vectors are tried again after so many letters that they did not take: a line's end, a
// URL-safe letter. Where every vector has one, trying costs little against this many.
constexpr std::size_t kLettersBetweenTries = 16;

class Decoding {
 public:
  Decoding(std::string_view text, std::byte* out)
      : letters_(reinterpret_cast<const std::uint8_t*>(text.data())),
        size_(text.size()),
        out_(reinterpret_cast<std::uint8_t*>(out)) {}

  boost::system::result<std::size_t, Base64Flaw> run() {
    while (position_ < size_) {
      if (pending_count_ == 0 && padding_count_ == 0) {
        const std::size_t taken = HWY_DYNAMIC_DISPATCH(decode_vectors)(
            letters_ + position_, size_ - position_, out_ + written_);
        position_ += taken;
        written_ += taken / 4 * 3;
      }
      const std::size_t next_try = position_ + std::min(size_ - position_, kLettersBetweenTries);
      while (position_ < size_ && (position_ < next_try || pending_count_ != 0)) {
        if (take_four_letters()) {
          continue;
        }
        if (!take(letters_[position_])) {
          return flaw_;
        }
        ++position_;
      }
    }
    return finish();
  }

 private:
  bool take_four_letters() {
    if (pending_count_ != 0 || padding_count_ != 0 || size_ - position_ < 4) {
      return false;
    }
    const std::uint8_t* four = letters_ + position_;
    const std::uint32_t first = kMeanings[four[0]];
    const std::uint32_t second = kMeanings[four[1]];
    const std::uint32_t third = kMeanings[four[2]];
    const std::uint32_t fourth = kMeanings[four[3]];
    if ((first | second | third | fourth) >= kWhiteSpace) {
      return false;
    }
    write_three(first << 18U | second << 12U | third << 6U | fourth);
    position_ += 4;
    return true;
  }

  bool take(std::uint8_t byte) {
    const std::uint8_t meaning = kMeanings[byte];
    if (meaning == kForeign) {
      return flawed(Base64Flaw::Kind::kForeignLetter, position_);
    }
    if (meaning == kPadding) {
      ++padding_count_;
      return true;
    }
    if (meaning == kWhiteSpace) {
      return true;
    }
    if (padding_count_ != 0) {
      return flawed(Base64Flaw::Kind::kPaddingInside, position_);
    }
    last_letter_ = position_;
    pending_ = pending_ << 6U | meaning;
    if (++pending_count_ == 4) {
      write_three(pending_);
      pending_count_ = 0;
    }
    return true;
  }

  void write_three(std::uint32_t bits) {
    out_[written_] = static_cast<std::uint8_t>(bits >> 16U & 255U);
    out_[written_ + 1] = static_cast<std::uint8_t>(bits >> 8U & 255U);
    out_[written_ + 2] = static_cast<std::uint8_t>(bits & 255U);
    written_ += 3;
  }

  boost::system::result<std::size_t, Base64Flaw> finish() {
    if (pending_count_ == 1) {
      flawed(Base64Flaw::Kind::kLoneLetter, last_letter_);
      return flaw_;
    }
    if (pending_count_ == 2) {
      out_[written_++] = static_cast<std::uint8_t>(pending_ >> 4U & 255U);
    } else if (pending_count_ == 3) {
      out_[written_++] = static_cast<std::uint8_t>(pending_ >> 10U & 255U);
      out_[written_++] = static_cast<std::uint8_t>(pending_ >> 2U & 255U);
    }
    return written_;
  }

  bool flawed(Base64Flaw::Kind kind, std::size_t offset) {
    flaw_ = {kind, offset, letters_[offset]};
    return false;
  }

  const std::uint8_t* letters_;
  std::size_t size_;
  std::size_t position_ = 0;
  std::uint8_t* out_;
  std::size_t written_ = 0;
  // Letters that are not bytes yet.
  std::uint32_t pending_ = 0;
  std::size_t pending_count_ = 0;
  std::size_t last_letter_ = 0;
  std::size_t padding_count_ = 0;
  Base64Flaw flaw_;
};

}  // namespace

boost::system::result<std::size_t, Base64Flaw> base64_decode(std::string_view text,
                                                             std::byte* out) {
  return Decoding(text, out).run();
}

}  // namespace freshframe

#endif
