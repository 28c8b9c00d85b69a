#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "message/inflate_message.h"

#include "deflate_bytes.h"

namespace freshframe {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kTaken = 4096;
constexpr std::size_t kCounted = 65536;

/// The message, or in brackets what is wrong with it.
std::string inflated(std::string_view bytes) {
  const auto message = inflate_message(bytes, kTaken, kCounted);
  if (message) {
    return *message;
  }
  switch (message.error()) {
    case InflateError::kCorrupt:
      return "[corrupt]";
    case InflateError::kTooLarge:
      return "[too large]";
    case InflateError::kFarTooLarge:
      return "[far too large]";
  }
  return {};
}

/// Letters that are no two times the same; the seed is fixed.
std::string letters(std::size_t size) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same each time, so that failures are too
  std::string text;
  while (text.size() < size) {
    text += static_cast<char>('a' + random() % 26);
  }
  return text;
}

TEST(InflateMessageTest, EveryMessageThatIsTakenComesBack) {
  for (std::size_t size = 1; size <= kTaken; ++size) {
    const std::string alike(size, 'x');
    ASSERT_EQ(inflated(deflated(alike)), alike) << size;
  }
  for (const int level : {0, 1, 9}) {
    ASSERT_EQ(inflated(deflated(letters(kTaken), level)), letters(kTaken)) << level;
  }
}

// The examples of RFC 7692, section 7.2.3: one block, stored, final, and two blocks.
TEST(InflateMessageTest, EveryKindOfBlockIsTaken) {
  EXPECT_EQ(inflated("\xf2\x48\xcd\xc9\xc9\x07\x00"sv), "Hello");
  EXPECT_EQ(inflated("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"sv), "Hello");
  EXPECT_EQ(inflated("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"sv), "Hello");
  EXPECT_EQ(inflated("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"sv), "Hello");
  EXPECT_EQ(inflated("\x00"sv), "");
}

// A final block may end at any bit, and what follows it is not its own.
TEST(InflateMessageTest, WhatFollowsAFinalBlockIsReadWhereverThatEnds) {
  for (std::size_t size = 0; size < 400; ++size) {
    const std::string message = letters(size);
    EXPECT_EQ(inflated(deflated_as_final(message) + '\0'), message) << size;
    EXPECT_EQ(inflated(deflated_as_final(message) + deflated("more")), message + "more") << size;
    EXPECT_EQ(inflated(deflated_as_final(message) + deflated_as_final("more") + '\0'),
              message + "more")
        << size;
    EXPECT_EQ(inflated(deflated_as_final(message)), "[corrupt]") << size;
  }
}

TEST(InflateMessageTest, AMessageThatRefersToTheOneBeforeIsCorrupt) {
  EXPECT_EQ(inflated("\xf2\x00\x11\x00\x00"sv), "[corrupt]");  // RFC 7692, section 7.2.3.2
}

TEST(InflateMessageTest, AMessageThatIsCutIsNeverTaken) {
  const std::string whole = deflated(letters(200));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    ASSERT_EQ(inflated(std::string_view(whole).substr(0, size)), "[corrupt]") << size;
  }
}

TEST(InflateMessageTest, WhatIsNotDeflateIsCorrupt) {
  EXPECT_EQ(inflated("\x06"sv), "[corrupt]");                       // a block of no kind
  EXPECT_EQ(inflated("\x00\x05\x00\x00\x00Hello"sv), "[corrupt]");  // a size that is not its own
  EXPECT_EQ(inflated("{\"type\":\"ping\"}"sv), "[corrupt]");
  // Final, without the byte that makes its end as any other's.
  EXPECT_EQ(inflated("\xf3\x48\xcd\xc9\xc9\x07\x00"sv), "[corrupt]");
}

TEST(InflateMessageTest, ALargerMessageIsCountedAndNotKept) {
  EXPECT_EQ(inflated(deflated(std::string(kTaken + 1, 'x'))), "[too large]");
  EXPECT_EQ(inflated(deflated(std::string(kCounted, 'x'))), "[too large]");
  EXPECT_EQ(inflated(deflated(std::string(kCounted + 1, 'x'))), "[far too large]");
}

// Corrupt behind the bound, which is not looked at.
TEST(InflateMessageTest, ABombIsLeftAtTheBound) {
  const std::string bomb = deflated(std::string(4'000'000, 'x'));
  EXPECT_GT(4'000'000 / bomb.size(), 1000u);
  EXPECT_EQ(inflated(bomb + "\x06"), "[far too large]");
}

}  // namespace
}  // namespace freshframe
