#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "message/base64.h"
#include "publish/frame_reader.h"
#include "publish/publish_limits.h"

#include "deflate_bytes.h"
#include "golden.h"
#include "png_bytes.h"

namespace freshframe {
namespace {

using Code = ProtocolError::Code;
using Form = Submission::Form;
using std::chrono::microseconds;

std::string png() {
  const Bytes bytes = png_image();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string base64(std::string_view bytes) {
  std::string text(base64_size(bytes.size()), '?');
  base64_encode(std::as_bytes(std::span(bytes)), text.data());
  return text;
}

std::string binary_form(std::string_view head, std::string_view image) {
  std::string message(4, '\0');
  message[2] = static_cast<char>(head.size() >> 8);
  message[3] = static_cast<char>(head.size() & 0xff);
  return message + std::string(head) + std::string(image);
}

class FrameReaderTest : public testing::Test {
 protected:
  boost::system::result<PublishedFrame, ProtocolError> read(Form form, std::string content,
                                                            bool is_deflated = false) {
    submission_ = {.form = form,
                   .is_deflated = is_deflated,
                   .bytes = std::move(content),
                   .arrived = UnixTime{microseconds{77}}};
    return reader_.read(submission_);
  }

  static std::string_view image_of(const PublishedFrame& frame) {
    return {reinterpret_cast<const char*>(frame.image.bytes.data()), frame.image.bytes.size()};
  }

  void expect_png(Form form, std::string content, bool is_deflated = false) {
    const auto frame = read(form, std::move(content), is_deflated);
    ASSERT_TRUE(frame) << frame.error().reason;
    EXPECT_EQ(image_of(*frame), png());
    EXPECT_EQ(frame->image.mime, "image/png");
    EXPECT_EQ(frame->info.width_px, 16);
    EXPECT_EQ(frame->info.height_px, 16);
  }

  /// The code's name and the id of what is refused.
  std::string refused(Form form, std::string content, bool is_deflated = false) {
    const auto frame = read(form, std::move(content), is_deflated);
    if (frame) {
      return "taken";
    }
    EXPECT_EQ(frame.error().request, "frame");
    EXPECT_FALSE(frame.error().reason.empty());
    return std::string(to_string(frame.error().code)) + frame.error().id_json;
  }

  /// A JSON frame with these members before its picture, of which `members` ends in a comma.
  static std::string text_with(const std::string& members) {
    return "{\"type\":\"frame\"," + members + "\"data\":\"" + base64(png()) + "\"}";
  }

  Submission submission_;
  FrameReader reader_{"vision"};
};

TEST_F(FrameReaderTest, EveryFormBringsTheFile) {
  const std::string text = text_with("");
  const std::string head = R"({"type":"frame"})";
  expect_png(Form::kFile, png());
  expect_png(Form::kBinary, png());
  expect_png(Form::kBinary, binary_form(head, png()));
  expect_png(Form::kText, text);
  expect_png(Form::kText, deflated(text), true);
  expect_png(Form::kBinary, deflated(png()), true);
  expect_png(Form::kBinary, deflated(binary_form(head, png())), true);
}

TEST_F(FrameReaderTest, WhatEscapesAndLineBreaksJsonBringsIsUndone) {
  std::string escaped;
  std::string broken;
  for (const char letter : base64(png())) {
    escaped += letter == '/' ? "\\/" : std::string(1, letter);
    broken += letter;
    broken += broken.size() % 20 == 0 ? "\\r\\n" : "";
  }
  expect_png(Form::kText, "{\"data\":\"" + escaped + "\"}");
  expect_png(Form::kText, "{\"data\":\"" + broken + "\"}");
  expect_png(Form::kText, "{\"data\":\"data:image\\/png;base64," + escaped + "\"}");
  EXPECT_EQ(refused(Form::kText, R"({"data":"\x"})"), "not-json");
}

TEST_F(FrameReaderTest, WhatIsSaidOfTheFrameTravelsWithIt) {
  const auto frame =
      read(Form::kText,
           text_with(R"("camera":"vision","captured_us":5,"exposure_us":8000,"analogue_gain":1.5,)"
                     R"("lens_position_dioptres":0.5,"mime":"image/png","width":1,"height":1,)"));
  ASSERT_TRUE(frame) << frame.error().reason;
  EXPECT_EQ(frame->info.captured, UnixTime{microseconds{5}});
  EXPECT_EQ(frame->info.exposure_time, microseconds{8000});
  EXPECT_EQ(frame->info.analogue_gain, 1.5F);
  EXPECT_EQ(frame->info.lens_position_dioptres, 0.5F);
  EXPECT_EQ(frame->info.width_px, 16);
}

TEST_F(FrameReaderTest, AFrameThatTellsNoTimeHasThatBesideItOrThatOfItsArrival) {
  EXPECT_EQ(read(Form::kText, text_with(""))->info.captured, UnixTime{microseconds{77}});
  submission_ = {
      .bytes = png(), .arrived = UnixTime{microseconds{77}}, .captured = UnixTime{microseconds{3}}};
  EXPECT_EQ(reader_.read(submission_)->info.captured, UnixTime{microseconds{3}});
}

TEST_F(FrameReaderTest, AViewersFrameIsTakenAsItIs) {
  const auto frame = read(Form::kText, text_with(R"("camera":"vision","sequence":4711,"dropped":3,)"
                                                 R"("settling":true,"captured_us":9,)"));
  ASSERT_TRUE(frame) << frame.error().reason;
  EXPECT_EQ(frame->info.captured, UnixTime{microseconds{9}});
}

TEST_F(FrameReaderTest, NullIsAsGoodAsNothing) {
  expect_png(Form::kText, text_with(R"("camera":null,"captured_us":null,"mime":null,"width":null,)"
                                    R"("analogue_gain":null,"exposure_us":null,)"));
}

TEST_F(FrameReaderTest, WrongMembersAreRefusedAndTheIdComesBack) {
  for (const char* wrong :
       {R"("captured_us":-1)", R"("captured_us":1.5)", R"("captured_us":9007199254740992)",
        R"("captured_us":"now")", R"("exposure_us":-1)", R"("analogue_gain":-0.5)",
        R"("analogue_gain":"2")", R"("analogue_gain":1e300)", R"("lens_position_dioptres":true)",
        R"("mime":7)", R"("camera":7)", R"("width":"wide")", R"("height":1000001)",
        R"("type":7)"}) {
    const std::string content =
        std::string("{\"id\":\"a\",") + wrong + ",\"data\":\"" + base64(png()) + "\"}";
    EXPECT_EQ(refused(Form::kText, content), "bad-shape\"a\"") << wrong;
  }
  EXPECT_EQ(refused(Form::kText, text_with(R"("camera":"other","id":3,)")), "not-publishing3");
  EXPECT_EQ(refused(Form::kText, R"({"type":"ping","id":3,"data":""})"), "unknown-type3");
  EXPECT_EQ(refused(Form::kText, R"({"type":"frame","id":3})"), "bad-shape3");
  EXPECT_EQ(refused(Form::kText, R"({"type":"frame","id":3,"data":7})"), "bad-shape3");
  EXPECT_EQ(refused(Form::kText, text_with(R"("id":[],)")), "bad-shape");
}

TEST_F(FrameReaderTest, WhatIsNoMessageIsRefused) {
  EXPECT_EQ(refused(Form::kText, ""), "not-json");
  EXPECT_EQ(refused(Form::kText, "[1]"), "bad-shape");
  EXPECT_EQ(
      refused(Form::kText, text_with("\"x\":" + std::string(9, '[') + std::string(9, ']') + ",")),
      "too-deep");
  EXPECT_EQ(refused(Form::kText, text_with("\"x\":\"" + std::string(kMostHeadBytes, 'x') + "\",")),
            "bad-shape");
  EXPECT_EQ(refused(Form::kText, deflated("{\"data\":\"\xff\"}"), true), "not-json");
  EXPECT_EQ(refused(Form::kText, "not deflated", true), "not-json");
  EXPECT_EQ(refused(Form::kBinary, binary_form("{not json}", png())), "not-json");
  EXPECT_EQ(
      refused(Form::kBinary, binary_form("{" + std::string(kMostHeadBytes, ' ') + "}", png())),
      "bad-shape");
}

TEST_F(FrameReaderTest, WhatIsNeitherFileNorBinaryFormIsJudgedAsAFile) {
  EXPECT_EQ(refused(Form::kBinary, ""), "no-image");
  EXPECT_EQ(refused(Form::kBinary, "abc"), "no-image");
  EXPECT_EQ(refused(Form::kBinary, std::string(160 * 120 * 3, '\0')), "raw-pixels");
  EXPECT_EQ(refused(Form::kBinary, base64(png())), "too-much-base64");
  EXPECT_EQ(refused(Form::kBinary, binary_form("{}", "GIF89a and more")), "other-format");
}

TEST_F(FrameReaderTest, ABombIsRefused) {
  const std::string bomb(kMostPublishedBytes + 1, 'x');
  EXPECT_EQ(refused(Form::kText, deflated("{\"data\":\"" + bomb + "\"}"), true), "image-too-large");
  EXPECT_EQ(refused(Form::kBinary, deflated(bomb), true), "image-too-large");
}

TEST_F(FrameReaderTest, TheGoldenFramesAreTakenAndRefusedAsTheirNamesSay) {
  const std::filesystem::path folder = "proto/golden/publisher";
  FrameReader reader("front");
  int taken = 0;
  int refusals = 0;
  for (const char* half : {"valid", "invalid"}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder / half)) {
      const std::string file = entry.path().filename().string();
      const std::string code = file.substr(0, file.find("--"));
      submission_ = {.form = Form::kText,
                     .bytes = golden_message("publisher/" + std::string(half) + "/" + file)};
      if (file.find("publish") != std::string::npos || code == "not-publishing") {
        continue;  // what a session sees
      }
      const auto frame = reader.read(submission_);
      if (half == std::string_view("valid")) {
        EXPECT_TRUE(frame) << file << ": " << frame.error().reason;
        ++taken;
      } else {
        ASSERT_FALSE(frame) << file;
        EXPECT_EQ(to_string(frame.error().code), code) << frame.error().reason;
        ++refusals;
      }
    }
  }
  EXPECT_EQ(taken, 2);
  EXPECT_EQ(refusals, 13);
}

}  // namespace
}  // namespace freshframe
