#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "net/deflated_messages.h"

#include "deflate_bytes.h"

namespace freshframe {
namespace {

// The first byte of a frame: RFC 6455, section 5.2. RSV1 is 0x40.
constexpr unsigned kText = 0x81;
constexpr unsigned kBinary = 0x82;
constexpr unsigned kDeflated = 0x40;
constexpr unsigned kBegins = 0x01;
constexpr unsigned kGoesOn = 0x00;
constexpr unsigned kEnds = 0x80;
constexpr unsigned kPing = 0x89;

/// `frames` as the reader sees them, who gets them in pieces of `piece` bytes.
std::string passed(DeflatedMessages& messages, std::string frames, std::size_t piece) {
  for (std::size_t i = 0; i < frames.size(); i += piece) {
    auto* const begin = reinterpret_cast<std::uint8_t*>(frames.data()) + i;
    messages.pass({begin, std::min(piece, frames.size() - i)});
  }
  return frames;
}

TEST(DeflatedMessagesTest, OnlyTheFirstFrameOfACompressedMessageIsChanged) {
  const std::string payload = "what looks like a frame: \xC1\x05 and is none";
  for (const std::size_t size : {0u, 1u, 125u, 126u, 300u, 65'535u, 65'536u, 70'000u}) {
    const std::string filler(size, '\xC1');
    const std::string before = client_frame(kText, payload) + client_frame(kPing, "p");
    const std::string after = client_frame(kGoesOn, filler) + client_frame(kPing, "") +
                              client_frame(kEnds, payload) + client_frame(kBinary, filler);
    for (const std::size_t piece : {1u, 2u, 3u, 7u, 1536u, 1'000'000u}) {
      DeflatedMessages messages;
      EXPECT_EQ(passed(messages,
                       before + client_frame(kBegins | kDeflated, filler) + after +
                           client_frame(kBinary | kDeflated, payload),
                       piece),
                before + client_frame(0x02, filler) + after + client_frame(kBinary, payload))
          << "frames of " << size << " bytes in pieces of " << piece;
      const std::vector<Deflated> told{messages.take_deflated(), messages.take_deflated(),
                                       messages.take_deflated(), messages.take_deflated()};
      EXPECT_EQ(told, (std::vector<Deflated>{Deflated::kNot, Deflated::kText, Deflated::kNot,
                                             Deflated::kBinary}));
    }
  }
}

// So that the reader refuses them: RFC 7692, section 6.1.
TEST(DeflatedMessagesTest, AMarkWhereNoneMayBeStays) {
  for (const unsigned first : {kPing | kDeflated, 0x88 | kDeflated, kGoesOn | kDeflated,
                               kEnds | kDeflated, 0x83 | kDeflated, kText | 0x20, kText | 0x10}) {
    DeflatedMessages messages;
    const std::string frame = client_frame(first, "x");
    EXPECT_EQ(passed(messages, frame, 100), frame) << first;
  }
}

TEST(DeflatedMessagesTest, FramesWithoutAMaskAreWalkedToo) {
  DeflatedMessages messages;
  EXPECT_EQ(passed(messages, "\xC1\x02hi\xC2\x01x\x81\x01x", 1), "\x82\x02hi\x82\x01x\x81\x01x");
}

}  // namespace
}  // namespace freshframe
