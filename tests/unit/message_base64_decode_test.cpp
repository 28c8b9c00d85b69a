#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <hwy/tests/hwy_gtest.h>

#include "message/base64.h"
#include "message/base64_decode.h"

#include "guarded_bytes.h"
#include "obvious_base64_decode.h"

namespace freshframe {
namespace {

using Kind = Base64Flaw::Kind;

constexpr std::string_view kLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Decodes a text that lies where no byte behind it may be read, into exactly the room there must
/// be.
boost::system::result<std::string, Base64Flaw> decoded(std::string_view text) {
  constexpr std::byte kGuard{0xA5};
  constexpr std::size_t kGuardSize = 80;
  const GuardedBytes guarded(std::as_bytes(std::span(text)));
  const std::string_view copy(reinterpret_cast<const char*>(guarded.bytes().data()), text.size());
  const std::size_t room = base64_decoded_size_most(text.size());
  std::vector<std::byte> out(room + kGuardSize, kGuard);
  const auto size = base64_decode(copy, out.data());
  EXPECT_TRUE(std::all_of(out.begin() + static_cast<std::ptrdiff_t>(room), out.end(),
                          [](std::byte byte) { return byte == kGuard; }))
      << "the decoder wrote behind the room it had for " << text.size() << " letters";
  if (!size) {
    return size.error();
  }
  EXPECT_LE(*size, room);
  return std::string(reinterpret_cast<const char*>(out.data()), *size);
}

std::string as_text(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void expect_as_obvious(std::string_view text) {
  const auto fast = decoded(text);
  const ObviousDecoding slow = obvious_base64_decode(text);
  if (slow.flaw) {
    ASSERT_TRUE(fast.has_error());
    EXPECT_EQ(fast.error().kind, slow.flaw->kind);
    EXPECT_EQ(fast.error().offset, slow.flaw->offset);
    EXPECT_EQ(fast.error().byte, slow.flaw->byte);
  } else {
    ASSERT_TRUE(fast.has_value()) << "flaw at " << fast.error().offset;
    ASSERT_EQ(*fast, as_text(slow.bytes));
  }
}

void expect_flaw(std::string_view text, Kind kind, std::size_t offset) {
  const auto result = decoded(text);
  ASSERT_TRUE(result.has_error()) << text;
  EXPECT_EQ(result.error().kind, kind) << text;
  EXPECT_EQ(result.error().offset, offset) << text;
  EXPECT_EQ(result.error().byte, static_cast<unsigned char>(text[offset])) << text;
}

std::string random_letters(std::size_t count, std::mt19937& random) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += kLetters[random() % 64];
  }
  return text;
}

/// Runs each test once with every instruction set that this processor has.
class Base64DecodeTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(Base64DecodeTest);

// Source: RFC 4648, section 10.
TEST_P(Base64DecodeTest, UnderstandsTheRfcsExamples) {
  EXPECT_EQ(*decoded(""), "");
  EXPECT_EQ(*decoded("Zg=="), "f");
  EXPECT_EQ(*decoded("Zm8="), "fo");
  EXPECT_EQ(*decoded("Zm9v"), "foo");
  EXPECT_EQ(*decoded("Zm9vYg=="), "foob");
  EXPECT_EQ(*decoded("Zm9vYmE="), "fooba");
  EXPECT_EQ(*decoded("Zm9vYmFy"), "foobar");
}

TEST_P(Base64DecodeTest, PaddingMayBeLeftOutOrBeTooMuch) {
  EXPECT_EQ(*decoded("Zg"), "f");
  EXPECT_EQ(*decoded("Zg="), "f");
  EXPECT_EQ(*decoded("Zm8"), "fo");
  EXPECT_EQ(*decoded("Zm9v="), "foo");
  EXPECT_EQ(*decoded("Zm8==="), "fo");
}

TEST_P(Base64DecodeTest, UrlSafeLettersMeanTheSameMixedOrNot) {
  EXPECT_EQ(*decoded("+/+/"), *decoded("-_-_"));
  EXPECT_EQ(*decoded("+_-/"), *decoded("-_-_"));
  EXPECT_EQ(*decoded("-_8"), "\xfb\xff");
}

TEST_P(Base64DecodeTest, WhiteSpaceMayStandAnywhere) {
  EXPECT_EQ(*decoded("\r\n Z\tm 9\nv\r\nY g = = \n"), "foob");
  EXPECT_EQ(*decoded(" \r\n\t"), "");
}

TEST_P(Base64DecodeTest, BitsThatAreLeftOverNeedNotBeZero) {
  EXPECT_EQ(*decoded("Zh=="), "f");
  EXPECT_EQ(*decoded("Zm9="), "fo");
}

TEST_P(Base64DecodeTest, AForeignLetterIsNamedWithItsPlace) {
  expect_flaw("Zm9v!Zm9v", Kind::kForeignLetter, 4);
  expect_flaw(std::string_view("Zm\0v", 4), Kind::kForeignLetter, 2);
  expect_flaw("Zg==!", Kind::kForeignLetter, 4);
  expect_flaw("\xff\xd8\xff", Kind::kForeignLetter, 0);
}

TEST_P(Base64DecodeTest, ALoneLastLetterIsAFlaw) {
  expect_flaw("Z", Kind::kLoneLetter, 0);
  expect_flaw("Zm9vY", Kind::kLoneLetter, 4);
  expect_flaw("Zm9v\nY===\n", Kind::kLoneLetter, 5);
}

TEST_P(Base64DecodeTest, PaddingInsideIsAFlaw) {
  expect_flaw("Zg==Zg==", Kind::kPaddingInside, 4);
  expect_flaw("=Zm9v", Kind::kPaddingInside, 1);
  expect_flaw("Zg=\r\n=v", Kind::kPaddingInside, 6);
}

TEST_P(Base64DecodeTest, AgreesWithTheObviousDecoderAtEveryLength) {
  std::mt19937 random(20261125);
  const std::string text = random_letters(3000, random);
  for (std::size_t length = 0; length <= text.size(); ++length) {
    SCOPED_TRACE(length);
    ASSERT_NO_FATAL_FAILURE(expect_as_obvious(std::string_view(text).substr(0, length)));
  }
}

TEST_P(Base64DecodeTest, AgreesWithTheObviousDecoderAtEveryAlignment) {
  std::mt19937 random(4648);
  const std::string text = random_letters(64 + 512, random);
  std::vector<std::byte> out(base64_decoded_size_most(text.size()) + 64);
  for (std::size_t offset = 0; offset < 64; ++offset) {
    const std::string_view part = std::string_view(text).substr(offset, 512);
    const auto size = base64_decode(part, out.data() + offset % 61);
    ASSERT_TRUE(size.has_value());
    const auto begin = out.begin() + static_cast<std::ptrdiff_t>(offset % 61);
    EXPECT_EQ(std::vector(begin, begin + static_cast<std::ptrdiff_t>(*size)),
              obvious_base64_decode(part).bytes)
        << offset;
  }
}

// Each of the 256 bytes in each place of two of the widest vectors and what follows them.
TEST_P(Base64DecodeTest, AgreesWithTheObviousDecoderAboutEveryByteInEveryPlace) {
  std::mt19937 random(2045);
  const std::string text = random_letters(152, random);
  for (std::size_t place = 0; place < text.size(); ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      SCOPED_TRACE(testing::Message() << "byte " << byte << " in place " << place);
      std::string changed = text;
      changed[place] = static_cast<char>(byte);
      ASSERT_NO_FATAL_FAILURE(expect_as_obvious(changed));
    }
  }
}

TEST_P(Base64DecodeTest, AgreesWithTheObviousDecoderAboutLinesOfEveryLength) {
  std::mt19937 random(1521);
  const std::string text = random_letters(1000, random);
  for (std::size_t line = 1; line <= 200; ++line) {
    SCOPED_TRACE(line);
    std::string broken;
    for (std::size_t i = 0; i < text.size(); i += line) {
      broken += text.substr(i, line) + "\r\n";
    }
    ASSERT_NO_FATAL_FAILURE(expect_as_obvious(broken));
  }
}

TEST_P(Base64DecodeTest, AgreesWithTheObviousDecoderAboutRandomMixtures) {
  constexpr std::string_view kOthers = "-_-_-_ \t\r\n==!,%\xff";
  std::mt19937 random(3548);
  for (int round = 0; round < 2000; ++round) {
    SCOPED_TRACE(round);
    std::string text = random_letters(random() % 400, random);
    for (std::size_t changes = random() % 8; changes > 0 && !text.empty(); --changes) {
      text[random() % text.size()] = kOthers[random() % kOthers.size()];
    }
    ASSERT_NO_FATAL_FAILURE(expect_as_obvious(text));
  }
}

TEST_P(Base64DecodeTest, GivesBackWhatTheEncoderWasGiven) {
  std::mt19937 random(64);
  for (std::size_t size = 0; size < 500; ++size) {
    std::vector<std::byte> bytes(size);
    for (std::byte& byte : bytes) {
      byte = static_cast<std::byte>(random() & 255);
    }
    std::string text(base64_size(size), '?');
    base64_encode(bytes, text.data());
    EXPECT_EQ(*decoded(text), as_text(bytes)) << size;
  }
}

TEST(Base64DecodedSizeTest, IsWhatTheLettersHoldAtMost) {
  EXPECT_EQ(base64_decoded_size_most(0), 0u);
  EXPECT_EQ(base64_decoded_size_most(1), 0u);
  EXPECT_EQ(base64_decoded_size_most(2), 1u);
  EXPECT_EQ(base64_decoded_size_most(3), 2u);
  EXPECT_EQ(base64_decoded_size_most(4), 3u);
  EXPECT_EQ(base64_decoded_size_most(7), 5u);
}

}  // namespace
}  // namespace freshframe
