#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <hwy/tests/hwy_gtest.h>

#include "message/base64.h"

namespace freshframe {
namespace {

/// The slow, obvious encoder that the fast one is held against: bit by bit, as RFC 4648 says it.
std::string obvious_base64(const std::vector<std::byte>& bytes) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bits;
  for (const std::byte byte : bytes) {
    for (int bit = 7; bit >= 0; --bit) {
      bits += (std::to_integer<int>(byte) >> bit & 1) != 0 ? '1' : '0';
    }
  }
  while (bits.size() % 6 != 0) {
    bits += '0';
  }
  std::string letters;
  for (std::size_t i = 0; i < bits.size(); i += 6) {
    letters += kLetters[std::stoul(bits.substr(i, 6), nullptr, 2)];
  }
  while (letters.size() % 4 != 0) {
    letters += '=';
  }
  return letters;
}

std::string encoded(std::span<const std::byte> bytes) {
  // Letters behind the end show whether the encoder wrote where it should not.
  constexpr std::string_view kGuard = "guard";
  std::string out(base64_size(bytes.size()), '?');
  out += kGuard;
  base64_encode(bytes, out.data());
  EXPECT_TRUE(out.ends_with(kGuard));
  return out.substr(0, out.size() - kGuard.size());
}

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto view = std::as_bytes(std::span(text));
  return {view.begin(), view.end()};
}

/// Runs each test once with every instruction set that this processor has.
class Base64Test : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(Base64Test);

// Source: RFC 4648, section 10.
TEST_P(Base64Test, GivesTheRfcsExamples) {
  EXPECT_EQ(encoded(bytes_of("")), "");
  EXPECT_EQ(encoded(bytes_of("f")), "Zg==");
  EXPECT_EQ(encoded(bytes_of("fo")), "Zm8=");
  EXPECT_EQ(encoded(bytes_of("foo")), "Zm9v");
  EXPECT_EQ(encoded(bytes_of("foob")), "Zm9vYg==");
  EXPECT_EQ(encoded(bytes_of("fooba")), "Zm9vYmE=");
  EXPECT_EQ(encoded(bytes_of("foobar")), "Zm9vYmFy");
}

TEST_P(Base64Test, WritesEveryLetterInEveryPlaceOfAVector) {
  // 64 sextets 0..63 in a row, at twelve different places against the vector's start.
  std::vector<std::byte> all;
  for (std::uint32_t sextet = 0; sextet < 64; sextet += 4) {
    const std::uint32_t group =
        sextet << 18 | (sextet + 1) << 12 | (sextet + 2) << 6 | (sextet + 3);
    for (const std::uint32_t shift : {16u, 8u, 0u}) {
      all.push_back(std::byte(group >> shift & 255));
    }
  }
  std::vector<std::byte> bytes;
  for (int i = 0; i < 12; ++i) {
    bytes.insert(bytes.end(), all.begin(), all.end());
    bytes.push_back(std::byte{0xA5});
  }
  EXPECT_EQ(encoded(bytes), obvious_base64(bytes));
}

TEST_P(Base64Test, AgreesWithTheObviousEncoderAtEveryLength) {
  std::mt19937 random(20261123);
  std::vector<std::byte> bytes;
  for (std::size_t length = 0; length <= 600; ++length) {
    EXPECT_EQ(encoded(bytes), obvious_base64(bytes)) << length << " bytes";
    bytes.push_back(std::byte(random() & 255));
  }
}

// ARM's scalable vectors take up to 768 bytes at once.
TEST_P(Base64Test, AgreesWithTheObviousEncoderOnManyVectors) {
  std::mt19937 random(1910);
  std::vector<std::byte> bytes(10'000);
  for (std::byte& byte : bytes) {
    byte = std::byte(random() & 255);
  }
  EXPECT_EQ(encoded(bytes), obvious_base64(bytes));
}

// The input may begin anywhere and end right before memory that is not ours: the address sanitizer
// sees a read past the end of the vector.
TEST_P(Base64Test, ReadsNothingBesideItsInput) {
  std::mt19937 random(4648);
  for (std::size_t offset = 0; offset < 64; ++offset) {
    std::vector<std::byte> bytes(offset + 257);
    for (std::byte& byte : bytes) {
      byte = std::byte(random() & 255);
    }
    const std::vector<std::byte> tail(bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                                      bytes.end());
    EXPECT_EQ(encoded(std::span(bytes).subspan(offset)), obvious_base64(tail));
  }
}

TEST(Base64SizeTest, CountsThePadding) {
  EXPECT_EQ(base64_size(0), 0u);
  EXPECT_EQ(base64_size(1), 4u);
  EXPECT_EQ(base64_size(3), 4u);
  EXPECT_EQ(base64_size(4), 8u);
}

}  // namespace
}  // namespace freshframe
