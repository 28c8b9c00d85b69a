#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "message/frame_message.h"

#include "golden.h"

namespace freshframe {
namespace {

/// The bytes that a Base64 text without line breaks stands for.
std::vector<std::byte> decoded(const std::string& text) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::vector<std::byte> bytes;
  unsigned bits = 0;
  int bit_count = 0;
  for (const char letter : text.substr(0, text.find('='))) {
    bits = bits << 6 | static_cast<unsigned>(kLetters.find(letter));
    bit_count += 6;
    if (bit_count >= 8) {
      bit_count -= 8;
      bytes.push_back(std::byte(bits >> bit_count & 255));
    }
  }
  return bytes;
}

// The golden message is what the JS and Python tests read as well: all agree, to the letter.
TEST(FrameMessageTest, IsTheGoldenFrameToTheLetter) {
  const std::string golden = golden_message("valid/frame.json");
  const std::string data = nlohmann::json::parse(golden)["data"];
  const FrameInfo info{.sequence = 4711,
                       .captured = UnixTime{std::chrono::microseconds{1763917200123456}},
                       .width_px = 16,
                       .height_px = 8};

  const Bytes message = make_json_frame("front", info, "image/jpeg", decoded(data));
  EXPECT_EQ(message.view(), golden);
}

TEST(FrameMessageTest, AnImageOfAnyLengthGivesValidJson) {
  for (std::size_t length = 0; length < 8; ++length) {
    const std::vector<std::byte> image(length, std::byte{0xFF});
    const Bytes message = make_json_frame("cam0", FrameInfo{}, "image/jpeg", image);
    const auto parsed = nlohmann::json::parse(message.view());
    EXPECT_EQ(parsed["data"].get<std::string>().size(), (length + 2) / 3 * 4);
  }
}

TEST(FrameMessageTest, ASequenceOf64BitsIsWrittenWhole) {
  const FrameInfo info{.sequence = 18'446'744'073'709'551'615u};
  const Bytes message = make_json_frame("cam0", info, "image/jpeg", {});
  EXPECT_NE(message.view().find("\"sequence\":18446744073709551615,"), std::string_view::npos);
}

}  // namespace
}  // namespace freshframe
