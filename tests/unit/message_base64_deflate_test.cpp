#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <hwy/tests/hwy_gtest.h>

#include "message/base64.h"
#include "message/base64_deflate.h"

#include "guarded_bytes.h"
#include "inflater.h"

namespace freshframe {
namespace {

using ByteVector = std::vector<std::byte>;

constexpr std::string_view kTail = "\"}";

/// What must come out again. base64_encode() has a test of its own, against an obvious encoder.
std::string plain(std::span<const std::byte> bytes, std::string_view tail = kTail) {
  std::string text(base64_size(bytes.size()), '?');
  base64_encode(bytes, text.data());
  text += tail;
  return text;
}

std::string deflated(std::span<const std::byte> bytes, std::string_view tail = kTail,
                     std::size_t out_offset = 0) {
  // Letters on both sides show whether the encoder wrote where it should not; so does the address
  // sanitizer, for the block is no larger.
  constexpr std::string_view kGuard = "guard";
  const std::size_t most = deflated_base64_size_most(bytes.size(), tail.size());
  const std::size_t begin = kGuard.size() + out_offset;
  std::vector<char> block(begin + most + kGuard.size(), '?');
  std::copy(kGuard.begin(), kGuard.end(), block.data() + out_offset);
  std::copy(kGuard.begin(), kGuard.end(), block.data() + begin + most);

  const std::size_t size = deflate_base64(bytes, tail, block.data() + begin);
  EXPECT_LE(size, most);
  EXPECT_EQ(std::string_view(block.data() + out_offset, kGuard.size()), kGuard);
  EXPECT_EQ(std::string_view(block.data() + begin + most, kGuard.size()), kGuard);
  return {block.data() + begin, size};
}

ByteVector random_bytes(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  ByteVector bytes(count);
  for (std::byte& byte : bytes) {
    byte = std::byte(random() & 255);
  }
  return bytes;
}

/// Bytes whose Base64 are these letters, whose number is a multiple of four.
ByteVector bytes_of_letters(std::string_view letters) {
  const std::string_view alphabet = base64_code::kAlphabet;
  ByteVector bytes;
  for (std::size_t i = 0; i < letters.size(); i += 4) {
    std::size_t group = 0;
    for (const char letter : letters.substr(i, 4)) {
      group = group << 6 | alphabet.find(letter);
    }
    for (const int shift : {16, 8, 0}) {
      bytes.push_back(std::byte(group >> shift & 255));
    }
  }
  return bytes;
}

/// Runs each test once with every instruction set that this processor has.
class Base64DeflateTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(Base64DeflateTest);

TEST_P(Base64DeflateTest, InflatesToBase64AndTailAtEveryLengthInEveryWindow) {
  const ByteVector bytes = random_bytes(3000, 1951);
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    const std::span<const std::byte> part = std::span(bytes).first(length);
    const std::string message = deflated(part);
    const std::string expected = plain(part);
    for (int window_bits = 8; window_bits <= 15; ++window_bits) {
      ASSERT_EQ(Inflater(window_bits).message(message), expected)
          << length << " bytes, window of 2^" << window_bits;
    }
  }
}

TEST_P(Base64DeflateTest, BytesAndRoomMayBeginAtAnyAddress) {
  const ByteVector bytes = random_bytes(64 + 331, 7692);
  for (std::size_t in_offset = 0; in_offset < 64; ++in_offset) {
    const std::span<const std::byte> part = std::span(bytes).subspan(in_offset, 331);
    const std::string first = deflated(part);
    ASSERT_EQ(Inflater(15).message(first), plain(part)) << in_offset;
    for (std::size_t out_offset = 1; out_offset < 64; ++out_offset) {
      ASSERT_EQ(deflated(part, kTail, out_offset), first) << in_offset << ", " << out_offset;
    }
  }
}

// The input ends where memory ends, so that reading on would end the program.
TEST_P(Base64DeflateTest, ReadsNothingBehindItsInput) {
  const ByteVector bytes = random_bytes(400, 4648);
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    const std::span<const std::byte> part = std::span(bytes).first(length);
    const GuardedBytes guarded(part);
    ASSERT_EQ(Inflater(15).message(deflated(guarded.bytes())), plain(guarded.bytes())) << length;
  }
}

TEST_P(Base64DeflateTest, EveryLetterIsItselfInEveryPlace) {
  for (const char letter : std::string_view(base64_code::kAlphabet)) {
    const ByteVector all = bytes_of_letters(std::string(400, letter));
    ASSERT_EQ(Inflater(15).message(deflated(all)), std::string(400, letter) + "\"}");

    for (std::size_t place = 0; place < 128; ++place) {
      std::string letters(200, letter == 'x' ? 'y' : 'x');
      letters[place] = letter;
      ASSERT_EQ(Inflater(15).message(deflated(bytes_of_letters(letters))), letters + "\"}");
    }
  }
}

// The vectors treat the rare letter apart, one of eight at a time: all 256 ways in which eight
// letters can be rare or not, in each of the places of a vector.
TEST_P(Base64DeflateTest, TheRareLetterMayStandAnywhereAndAnyNumberOfTimes) {
  for (unsigned rare = 0; rare < 256; ++rare) {
    for (std::size_t group = 0; group < 9; ++group) {
      std::string letters(96, 'm');
      for (std::size_t i = 0; i < 8; ++i) {
        if ((rare >> i & 1U) != 0) {
          letters[8 * group + i] = base64_code::kRareLetter;
        }
      }
      ASSERT_EQ(Inflater(15).message(deflated(bytes_of_letters(letters))), letters + "\"}");
    }
  }
  std::mt19937 random(6);
  for (const unsigned one_in : {2U, 3U, 8U, 30U}) {
    std::string letters(4000, 'm');
    for (char& letter : letters) {
      letter =
          random() % one_in == 0 ? base64_code::kRareLetter : base64_code::kAlphabet[random() % 64];
    }
    EXPECT_EQ(Inflater(15).message(deflated(bytes_of_letters(letters))), letters + "\"}") << one_in;
  }
}

TEST_P(Base64DeflateTest, TheMostBytesAreTheseOfNothingButRareLetters) {
  const ByteVector bytes =
      bytes_of_letters(std::string(std::size_t{4} * 201, base64_code::kRareLetter));
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    // The bound counts two bytes of padding always; 1, 4, 7 ... bytes have them. Their last letter
    // has zeros at its end, so it is another one, of a bit less.
    const std::size_t padding = (3 - length % 3) % 3;
    const std::size_t most = deflated_base64_size_most(length, kTail.size()) - 2 + padding;
    const std::size_t size = deflated(std::span(bytes).first(length)).size();
    EXPECT_LE(size, most);
    EXPECT_GE(size + 1, most);
    if (padding == 0) {
      EXPECT_EQ(size, most);
    }
  }
}

TEST_P(Base64DeflateTest, ManyMessagesShareOneContext) {
  Inflater inflater(15);
  Inflater small_inflater(8);
  for (std::uint32_t i = 0; i < 300; ++i) {
    const ByteVector bytes = random_bytes(i * 7 % 331, i);
    const std::string message = deflated(bytes);
    ASSERT_EQ(inflater.message(message), plain(bytes)) << i;
    ASSERT_EQ(small_inflater.message(message), plain(bytes)) << i;
  }
}

TEST_P(Base64DeflateTest, TheTailMayBeOfAnyLength) {
  const ByteVector bytes = random_bytes(100, 3);
  EXPECT_EQ(Inflater(15).message(deflated(bytes, "")), plain(bytes, ""));
  for (std::size_t letters = 0; letters < 200; letters += 4) {
    // Nothing of the room is left over, so that a write behind it would show.
    const ByteVector rare = bytes_of_letters(std::string(letters, base64_code::kRareLetter));
    EXPECT_EQ(Inflater(15).message(deflated(rare, "")), plain(rare, ""));
  }
  const std::string longest(65'533, 't');
  EXPECT_EQ(Inflater(15).message(deflated(bytes, longest)), plain(bytes, longest));
}

TEST_P(Base64DeflateTest, NoiseOfAPicturesSizeGrowsByLessThanHalfAPercent) {
  const ByteVector bytes = random_bytes(100'000, 20261123);
  const std::string message = deflated(bytes);
  EXPECT_LE(message.size(), 100'500u);
  EXPECT_EQ(Inflater(15).message(message), plain(bytes));
}

// What a decoder gets to see: "Zg==" and the tail, the block of codes written down by hand.
TEST_P(Base64DeflateTest, EndsWithAStoredBlockAndAZero) {
  const std::string message = deflated(ByteVector{std::byte{'f'}});
  EXPECT_TRUE(message.ends_with(std::string_view("\x04\x00\xFB\xFF==\"}\x00", 9)));
  EXPECT_EQ(message[0] & 7, 4) << "a block with codes of its own, not the last";
}

}  // namespace
}  // namespace freshframe
