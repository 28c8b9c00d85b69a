#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/utf8.h"

namespace freshframe {
namespace {

using namespace std::string_view_literals;

/// Any number as UTF-8 would write it in `size` bytes, whether it may or not.
std::string encoded(std::uint32_t character, int size) {
  if (size == 1) {
    return {static_cast<char>(character)};
  }
  std::string bytes(static_cast<std::size_t>(size), '\0');
  for (std::size_t i = bytes.size() - 1; i > 0; --i) {
    bytes[i] = static_cast<char>(0x80 | (character & 0x3F));
    character >>= 6;
  }
  bytes[0] = static_cast<char>((0xF00u >> size & 0xFF) | character);
  return bytes;
}

int shortest_size(std::uint32_t character) {
  return character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
}

TEST(Utf8Test, EveryCharacterIsTakenInItsShortestFormOnly) {
  for (std::uint32_t character = 0; character < 0x200000; ++character) {
    const bool is_character =
        character <= 0x10FFFF && !(0xD800 <= character && character <= 0xDFFF);
    const int shortest = shortest_size(character);
    ASSERT_EQ(is_utf8(encoded(character, shortest)), is_character) << character;
    for (int size = shortest + 1; size <= 4; ++size) {
      ASSERT_FALSE(is_utf8(encoded(character, size))) << character << " in " << size << " bytes";
    }
  }
}

TEST(Utf8Test, ACharacterThatIsCutIsNone) {
  for (const std::uint32_t character : {0xE9u, 0x20ACu, 0x1F4F7u}) {
    const std::string whole = "a" + encoded(character, shortest_size(character));
    EXPECT_TRUE(is_utf8(whole + "b"));
    for (std::size_t size = 2; size < whole.size(); ++size) {
      EXPECT_FALSE(is_utf8(whole.substr(0, size)));
      EXPECT_FALSE(is_utf8(whole.substr(0, size) + "bcd"));
    }
  }
}

TEST(Utf8Test, BytesThatBeginNothingAreRefused) {
  for (const std::string_view bytes : {"\x80"sv, "\xC0\x80"sv, "\xC1\xBF"sv, "\xF5\x80\x80\x80"sv,
                                       "\xF8\x88\x80\x80\x80"sv, "\xFF"sv}) {
    EXPECT_FALSE(is_utf8(bytes));
  }
  EXPECT_TRUE(is_utf8(""));
}

TEST(EndsWithinACharacterTest, EachCharacterIsWholeWithItsLastByte) {
  for (const auto character : {"a"sv, "\u00e4"sv, "\u20ac"sv, "\U0001F3A5"sv}) {
    for (std::size_t size = 1; size <= character.size(); ++size) {
      const std::string bytes = "\u20acx\U0001F3A5" + std::string(character.substr(0, size));
      EXPECT_EQ(ends_within_a_character(bytes), size < character.size()) << bytes;
    }
  }
  EXPECT_FALSE(ends_within_a_character(""));
}

}  // namespace
}  // namespace freshframe
