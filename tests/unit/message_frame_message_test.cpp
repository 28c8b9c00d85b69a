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

WireForms both_forms() {
  WireForms forms;
  forms.add(WireForm::kJson);
  forms.add(WireForm::kBinary);
  return forms;
}

/// The message as a viewer receives it.
std::string message(const Picture& picture, WireForm form, std::uint64_t dropped) {
  const FrameMessage made(picture, form, dropped);
  std::string whole;
  for (const std::string_view part : made.parts()) {
    whole += part;
  }
  return whole;
}

class FrameMessageTest : public ::testing::Test {
 protected:
  /// What a golden message says, as the source and the encoder gave it.
  static Picture picture_of(const nlohmann::json& golden) {
    FrameInfo info{.sequence = golden["sequence"],
                   .captured = UnixTime{std::chrono::microseconds{golden["captured_us"]}},
                   .width_px = golden["width"],
                   .height_px = golden["height"]};
    if (golden.contains("exposure_us")) {
      info.exposure_time = std::chrono::microseconds{golden["exposure_us"]};
      info.analogue_gain = golden["analogue_gain"];
      info.lens_position_dioptres = golden["lens_position_dioptres"];
      info.settling = golden["settling"];
    }
    return make_picture("front", info, "image/jpeg", decoded(golden["data"]), both_forms());
  }
};

// The golden messages are what the JS and Python tests read as well: all agree, to the letter.
TEST_F(FrameMessageTest, IsTheGoldenFrameToTheLetter) {
  for (const char* name : {"valid/frame.json", "valid/frame-with-exposure.json"}) {
    const std::string golden = golden_message(name);
    const auto parsed = nlohmann::json::parse(golden);
    EXPECT_EQ(message(picture_of(parsed), WireForm::kJson, parsed["dropped"]), golden);
  }
}

TEST_F(FrameMessageTest, TheBinaryFormIsTheGoldenOneToTheLetter) {
  const auto golden = nlohmann::json::parse(golden_message("valid/frame.json"));
  EXPECT_EQ(message(picture_of(golden), WireForm::kBinary, golden["dropped"]),
            golden_bytes("valid/frame.bin"));
}

TEST_F(FrameMessageTest, TheBinaryFormIsTheSameHeadAndThenTheImage) {
  const auto golden = nlohmann::json::parse(golden_message("valid/frame-with-exposure.json"));
  const std::string binary = message(picture_of(golden), WireForm::kBinary, golden["dropped"]);

  std::size_t head_length = 0;
  for (const char byte : binary.substr(0, 4)) {
    head_length = head_length << 8 | static_cast<unsigned char>(byte);
  }
  auto expected_head = golden;
  expected_head.erase("data");
  EXPECT_EQ(nlohmann::json::parse(binary.substr(4, head_length)), expected_head);
  const std::vector<std::byte> image = decoded(golden["data"]);
  const auto image_text = std::string(reinterpret_cast<const char*>(image.data()), image.size());
  EXPECT_EQ(binary.substr(4 + head_length), image_text);
}

TEST_F(FrameMessageTest, AnImageOfAnyLengthGivesValidJson) {
  for (std::size_t length = 0; length < 8; ++length) {
    const std::vector<std::byte> image(length, std::byte{0xFF});
    const Picture picture = make_picture("cam0", FrameInfo{}, "image/jpeg", image, both_forms());
    const auto parsed = nlohmann::json::parse(message(picture, WireForm::kJson, 0));
    EXPECT_EQ(parsed["data"].get<std::string>().size(), (length + 2) / 3 * 4);
  }
}

TEST_F(FrameMessageTest, NumbersOf64BitsAreWrittenWhole) {
  constexpr std::uint64_t kMost = 18'446'744'073'709'551'615u;
  const FrameInfo info{.sequence = kMost};
  const Picture picture = make_picture("cam0", info, "image/jpeg", {}, both_forms());
  const std::string whole = message(picture, WireForm::kJson, kMost);
  EXPECT_NE(whole.find("\"sequence\":18446744073709551615,"), std::string::npos);
  EXPECT_NE(whole.find("\"dropped\":18446744073709551615,"), std::string::npos);
}

TEST_F(FrameMessageTest, OnlyTheFormsThatAreWantedAreMade) {
  WireForms json_only;
  json_only.add(WireForm::kJson);
  const std::vector<std::byte> image(100);
  const Picture picture = make_picture("cam0", FrameInfo{}, "image/jpeg", image, json_only);
  EXPECT_TRUE(picture.has(WireForm::kJson));
  EXPECT_FALSE(picture.has(WireForm::kBinary));
}

}  // namespace
}  // namespace freshframe
