#include <gtest/gtest.h>

#include <cstddef>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "message/frame_message.h"
#include "message/picture_forms.h"
#include "message/stale_picture.h"

#include "golden.h"
#include "inflater.h"

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

WireForms all_forms() {
  WireForms forms;
  forms.add(WireForm::kJson);
  forms.add(WireForm::kBinary);
  forms.add(WireForm::kDeflatedJson);
  return forms;
}

/// The message as a viewer receives it.
std::string message(const Picture& picture, WireForm form, std::uint64_t dropped,
                    UnixTime::duration age = {}) {
  const FrameMessage made(picture, form, dropped, age);
  std::string whole;
  for (const std::string_view part : made.parts()) {
    whole += part;
  }
  return whole;
}

/// The picture as the past, in this form too.
PicturePtr stale_picture(const Picture& picture, WireForm form) {
  return with_form(*make_stale_picture(picture), form);
}

constexpr WireForm kForms[] = {WireForm::kJson, WireForm::kBinary, WireForm::kDeflatedJson};

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
    return make_picture("front", info, "image/jpeg", decoded(golden["data"]), all_forms());
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

// The last picture may be wanted in another form than anybody wanted it in while it was the
// present.
TEST_F(FrameMessageTest, AStalePictureIsTheGoldenOneInEachFormFromEachForm) {
  const std::string golden = golden_message("valid/frame-stale.json");
  const auto parsed = nlohmann::json::parse(golden);
  const std::chrono::microseconds age{parsed["stale_us"]};
  for (const WireForm had : kForms) {
    Picture picture = picture_of(parsed);
    const auto drop_unless = [&](WireForm form, Bytes& data) {
      if (form != had) {
        data = Bytes();
      }
    };
    drop_unless(WireForm::kJson, picture.json_data);
    drop_unless(WireForm::kBinary, picture.image);
    drop_unless(WireForm::kDeflatedJson, picture.deflated_data);
    for (const WireForm form : kForms) {
      const PicturePtr stale = stale_picture(picture, form);
      EXPECT_TRUE(stale->is_stale);
      Picture marked = picture_of(parsed);
      marked.is_stale = true;
      EXPECT_EQ(message(*stale, form, 0, age), message(marked, form, 0, age));
    }
    EXPECT_EQ(
        message(*stale_picture(picture, WireForm::kJson), WireForm::kJson, parsed["dropped"], age),
        golden);
  }
}

TEST_F(FrameMessageTest, AStalePictureSharesWhatThePictureHas) {
  Picture picture = picture_of(nlohmann::json::parse(golden_message("valid/frame.json")));
  picture.json_data = Bytes();
  const PicturePtr stale = stale_picture(picture, WireForm::kJson);
  EXPECT_EQ(stale->head.data(), picture.head.data());
  EXPECT_EQ(stale->image.data(), picture.image.data());
  EXPECT_EQ(stale->deflated_data.data(), picture.deflated_data.data());
  EXPECT_TRUE(stale->has(WireForm::kJson));
  EXPECT_FALSE(picture.has(WireForm::kJson));
}

TEST_F(FrameMessageTest, OnlyThePastTellsItsAge) {
  const Picture picture = picture_of(nlohmann::json::parse(golden_message("valid/frame.json")));
  for (const WireForm form : {WireForm::kJson, WireForm::kBinary}) {
    EXPECT_EQ(message(picture, form, 0, std::chrono::hours(1)).find("stale_us"), std::string::npos);
  }
}

TEST_F(FrameMessageTest, AStalePictureOfAClockThatWasSetBackIsNotYoungerThanNew) {
  const auto golden = nlohmann::json::parse(golden_message("valid/frame.json"));
  const Picture picture = picture_of(golden);
  const PicturePtr stale = stale_picture(picture, WireForm::kJson);
  const std::string made = message(*stale, WireForm::kJson, 0, -std::chrono::hours(1));
  EXPECT_NE(made.find(R"(,"stale_us":0,"dropped":0,)"), std::string::npos) << made;
}

// What is the viewer's own has room for the largest numbers.
TEST_F(FrameMessageTest, TheOldestPictureThatThereCanBeTellsItsAgeInEachForm) {
  const Picture picture = picture_of(nlohmann::json::parse(golden_message("valid/frame.json")));
  const std::string own = R"(,"stale_us":9223372036854775807,"dropped":18446744073709551615)";
  for (const WireForm form : kForms) {
    const std::string made =
        message(*stale_picture(picture, form), form, UINT64_MAX, UnixTime::duration::max());
    EXPECT_NE(made.find(own), std::string::npos);
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

TEST_F(FrameMessageTest, TheDeflatedFormInflatesToTheJsonFormToTheLetter) {
  for (const char* name : {"valid/frame.json", "valid/frame-with-exposure.json"}) {
    const std::string golden = golden_message(name);
    const auto parsed = nlohmann::json::parse(golden);
    const Picture picture = picture_of(parsed);
    const std::string deflated = message(picture, WireForm::kDeflatedJson, parsed["dropped"]);
    EXPECT_EQ(Inflater(15).message(deflated), golden);
  }
  for (std::size_t length = 0; length < 300; ++length) {
    const std::vector<std::byte> image(length, std::byte{0x10});
    const Picture picture = make_picture("cam0", FrameInfo{}, "image/jpeg", image, all_forms());
    EXPECT_EQ(Inflater(8).message(message(picture, WireForm::kDeflatedJson, length)),
              message(picture, WireForm::kJson, length));
  }
}

// One picture goes to viewers whose contexts hold other things, in windows of their own choice.
TEST_F(FrameMessageTest, DeflatedMessagesFitEveryContext) {
  std::mt19937 random(7692);
  std::array<Inflater, 3> viewers{Inflater(8), Inflater(11), Inflater(15)};
  for (std::uint64_t sequence = 0; sequence < 60; ++sequence) {
    std::vector<std::byte> image(random() % 3000);
    for (std::byte& byte : image) {
      byte = std::byte(random() & 255);
    }
    const FrameInfo info{.sequence = sequence};
    const Picture picture = make_picture("cam0", info, "image/jpeg", image, all_forms());
    for (std::size_t i = 0; i < viewers.size(); ++i) {
      if (random() % 3 == 0) {
        continue;  // this viewer was late
      }
      EXPECT_EQ(viewers[i].message(message(picture, WireForm::kDeflatedJson, i)),
                message(picture, WireForm::kJson, i));
    }
  }
}

TEST_F(FrameMessageTest, TheDeflatedFormIsHardlyLargerThanTheImage) {
  std::mt19937 random(20261123);
  std::vector<std::byte> image(100'000);
  for (std::byte& byte : image) {
    byte = std::byte(random() & 255);
  }
  const Picture picture = make_picture("cam0", FrameInfo{}, "image/jpeg", image, all_forms());
  EXPECT_LE(message(picture, WireForm::kDeflatedJson, 0).size(), 100'500u);
}

// Its head travels in a stored block, which has 65,535 bytes at most.
TEST_F(FrameMessageTest, TheLongestHeadFitsTheDeflatedFormManyTimes) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::min();  // longer than max() by its sign
  constexpr std::uint64_t kMostUnsigned = std::numeric_limits<std::uint64_t>::max();
  const FrameInfo info{.sequence = kMostUnsigned,
                       .captured = UnixTime{std::chrono::microseconds{kMost}},
                       .width_px = std::numeric_limits<int>::min(),
                       .height_px = std::numeric_limits<int>::min(),
                       .exposure_time = std::chrono::microseconds{kMost},
                       .analogue_gain = -std::numeric_limits<float>::min(),
                       .lens_position_dioptres = -std::numeric_limits<float>::min(),
                       .settling = true};
  const Picture picture = make_picture(std::string(64, 'n'), info, "image/jpeg", {}, all_forms());
  const std::string deflated = message(picture, WireForm::kDeflatedJson, kMostUnsigned);
  const std::string json = message(picture, WireForm::kJson, kMostUnsigned);
  EXPECT_EQ(Inflater(15).message(deflated), json);
  EXPECT_LE(json.size(), 655u);
}

TEST_F(FrameMessageTest, AnImageOfAnyLengthGivesValidJson) {
  for (std::size_t length = 0; length < 8; ++length) {
    const std::vector<std::byte> image(length, std::byte{0xFF});
    const Picture picture = make_picture("cam0", FrameInfo{}, "image/jpeg", image, all_forms());
    const auto parsed = nlohmann::json::parse(message(picture, WireForm::kJson, 0));
    EXPECT_EQ(parsed["data"].get<std::string>().size(), (length + 2) / 3 * 4);
  }
}

TEST_F(FrameMessageTest, NumbersOf64BitsAreWrittenWhole) {
  constexpr std::uint64_t kMost = 18'446'744'073'709'551'615u;
  const FrameInfo info{.sequence = kMost};
  const Picture picture = make_picture("cam0", info, "image/jpeg", {}, all_forms());
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
  EXPECT_FALSE(picture.has(WireForm::kDeflatedJson));

  WireForms deflated_only;
  deflated_only.add(WireForm::kDeflatedJson);
  const Picture deflated = make_picture("cam0", FrameInfo{}, "image/jpeg", image, deflated_only);
  EXPECT_TRUE(deflated.has(WireForm::kDeflatedJson));
  EXPECT_FALSE(deflated.has(WireForm::kJson));
  EXPECT_FALSE(deflated.has(WireForm::kBinary));
}

}  // namespace
}  // namespace freshframe
