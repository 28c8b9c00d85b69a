#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "message/base64.h"
#include "publish/frame_reader.h"
#include "publish/publish_limits.h"

#include "deflate_bytes.h"
#include "golden.h"
#include "jpeg_bytes.h"
#include "png_bytes.h"

namespace freshframe {
namespace {

using namespace std::chrono_literals;
using Form = Submission::Form;

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string base64(const Bytes& bytes) {
  std::string text(base64_size(bytes.size()), '?');
  base64_encode(bytes, text.data());
  return text;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

/// A frame in JSON with these members beside the picture, written as in JSON.
std::string frame_with(std::string_view members, std::string_view data) {
  return "{" + std::string(members) + R"(,"type":"frame","data":")" + std::string(data) + "\"}";
}
std::string frame_with(std::string_view members) {
  return frame_with(members, base64(grey_image()));
}
std::string frame_of(std::string_view data) {
  return R"({"type":"frame","data":")" + std::string(data) + "\"}";
}

std::string binary(std::string_view head, std::string_view file) {
  std::string message;
  for (int shift = 24; shift >= 0; shift -= 8) {
    message += static_cast<char>(head.size() >> shift & 0xFF);
  }
  return message + std::string(head) + std::string(file);
}

/// A JPEG in whose Base64 both letters stand that the URL-safe alphabet has others for.
Bytes image_with_plus_and_slash() {
  const Bytes pluses = bytes_of({0xfb, 0xef, 0xbe, 0xff, 0xff, 0xff, 0});
  return start_of_image() + segment(0xfe, pluses + pluses + pluses) + quantisation_table(0) +
         grey_frame() + huffman_table(0x00) + huffman_table(0x10) + grey_scan() + picture_data() +
         end_of_image();
}

class FrameReaderTest : public testing::Test {
 protected:
  auto read(Submission submission) {
    submission_ = std::move(submission);
    return reader_.read(submission_);
  }
  auto text(std::string message) {
    return read({.form = Form::kText, .bytes = std::move(message), .arrived = kArrived});
  }
  auto deflated_text(std::string message) {
    return read({.form = Form::kText, .is_deflated = true, .bytes = std::move(message)});
  }
  auto binary_message(std::string message) {
    return read({.form = Form::kBinary, .bytes = std::move(message), .arrived = kArrived});
  }

  /// "taken", or the code.
  template <class Result>
  static std::string outcome(const Result& result) {
    return result ? "taken" : std::string(to_string(result.error().code));
  }
  template <class Result>
  static void expect_image(const Result& result, const Bytes& image) {
    ASSERT_TRUE(result.has_value()) << result.error().reason;
    EXPECT_EQ(text_of(result->image.bytes), text_of(image));
    EXPECT_EQ(result->info.width_px, 16);
    EXPECT_EQ(result->info.height_px, 16);
  }

  static constexpr UnixTime kArrived{1'000s};
  FrameReader reader_{"front"};
  Submission submission_;
};

TEST_F(FrameReaderTest, AFrameInJsonIsTaken) {
  const auto result = text(frame_of(base64(grey_image())));
  expect_image(result, grey_image());
  EXPECT_EQ(result->image.mime, "image/jpeg");
  EXPECT_EQ(result->info.captured, kArrived);
  EXPECT_EQ(result->info.exposure_time, std::nullopt);
  EXPECT_EQ(result->info.analogue_gain, std::nullopt);
  EXPECT_EQ(result->info.lens_position_dioptres, std::nullopt);
}

TEST_F(FrameReaderTest, APngInJsonIsTaken) {
  const auto result = text(frame_of(base64(png_image())));
  expect_image(result, png_image());
  EXPECT_EQ(result->image.mime, "image/png");
}

TEST_F(FrameReaderTest, AFileIsTaken) {
  expect_image(read({.form = Form::kFile, .bytes = text_of(grey_image())}), grey_image());
  expect_image(read({.form = Form::kFile, .bytes = text_of(png_image())}), png_image());
}

// The binary form is for WebSockets only: a file that were one would be no image for curl either.
TEST_F(FrameReaderTest, AFileHasNoHead) {
  EXPECT_NE(outcome(read({.form = Form::kFile, .bytes = binary("{}", text_of(grey_image()))})),
            "taken");
}

TEST_F(FrameReaderTest, ABinaryMessageIsAFileAlone) {
  expect_image(binary_message(text_of(grey_image())), grey_image());
  expect_image(binary_message(text_of(png_image())), png_image());
}

TEST_F(FrameReaderTest, ABinaryMessageIsAHeadAndAFile) {
  const auto result = binary_message(
      binary(R"({"type":"frame","captured_us":5,"mime":"image/png"})", text_of(png_image())));
  expect_image(result, png_image());
  EXPECT_EQ(result->info.captured, UnixTime{5us});
  expect_image(binary_message(binary("{}", text_of(grey_image()))), grey_image());
}

TEST_F(FrameReaderTest, EveryFormMayBeDeflated) {
  expect_image(deflated_text(deflated(frame_of(base64(grey_image())))), grey_image());
  expect_image(read({.form = Form::kBinary,
                     .is_deflated = true,
                     .bytes = deflated(binary("{}", text_of(grey_image())))}),
               grey_image());
  expect_image(
      read({.form = Form::kBinary, .is_deflated = true, .bytes = deflated(text_of(grey_image()))}),
      grey_image());
  expect_image(
      read({.form = Form::kFile, .is_deflated = true, .bytes = deflated(text_of(png_image()))}),
      png_image());
}

TEST_F(FrameReaderTest, OneReaderTakesAllFormsInTurn) {
  for (int i = 0; i < 3; ++i) {
    expect_image(text(frame_of(replaced(base64(grey_image()), "/", "\\/"))), grey_image());
    expect_image(deflated_text(deflated(frame_of(base64(png_image())))), png_image());
    EXPECT_EQ(outcome(text("{")), "not-json");
    expect_image(binary_message(text_of(colour_image())), colour_image());
  }
}

TEST_F(FrameReaderTest, EveryMemberIsHandedOn) {
  const auto result =
      text(frame_with(R"("camera":"front","captured_us":1763917200123456,"exposure_us":8000,)"
                      R"("analogue_gain":1.5,"lens_position_dioptres":0.5,"mime":"image/jpeg",)"
                      R"("width":640,"height":480,"id":1,"weather":"fine")"));
  ASSERT_TRUE(result.has_value()) << result.error().reason;
  EXPECT_EQ(result->info.captured, UnixTime{1763917200123456us});
  EXPECT_EQ(result->info.exposure_time, 8000us);
  EXPECT_EQ(result->info.analogue_gain, 1.5F);
  EXPECT_EQ(result->info.lens_position_dioptres, 0.5F);
  // Of the file: what was stated is the array's, before it was encoded.
  EXPECT_EQ(result->info.width_px, 16);
  EXPECT_EQ(result->info.height_px, 16);
}

TEST_F(FrameReaderTest, AMemberThatIsNullIsLeftOut) {
  for (const std::string name : {"type", "camera", "captured_us", "exposure_us", "analogue_gain",
                                 "lens_position_dioptres", "width", "height", "mime"}) {
    const auto result = text("{\"" + name + R"(":null,"data":")" + base64(grey_image()) + "\"}");
    ASSERT_TRUE(result.has_value()) << name;
    EXPECT_EQ(result->info.captured, kArrived);
    EXPECT_EQ(result->info.exposure_time, std::nullopt);
    EXPECT_EQ(result->info.analogue_gain, std::nullopt);
    EXPECT_EQ(result->info.lens_position_dioptres, std::nullopt);
  }
}

TEST_F(FrameReaderTest, TimesAreWholeNumbersUpToTwoToThe53) {
  for (const std::string name : {"captured_us", "exposure_us"}) {
    for (const std::string good : {"0", "1", "9007199254740991"}) {
      EXPECT_EQ(outcome(text(frame_with("\"" + name + "\":" + good))), "taken") << name << good;
    }
    for (const std::string bad :
         {"-1", "1.5", "1.0", "1e3", "9007199254740992", "18446744073709551615",
          "18446744073709551616", "\"1\"", "true", "[]", "{}"}) {
      EXPECT_EQ(outcome(text(frame_with("\"" + name + "\":" + bad))), "bad-shape") << name << bad;
    }
  }
}

TEST_F(FrameReaderTest, AStatedSideIsAWholeNumberUpToAMillion) {
  for (const std::string name : {"width", "height"}) {
    for (const std::string good : {"0", "640", "1000000"}) {
      EXPECT_EQ(outcome(text(frame_with("\"" + name + "\":" + good))), "taken") << name << good;
    }
    for (const std::string bad : {"-1", "1.5", "1000001", "4294967296", "\"640\"", "true", "[]"}) {
      EXPECT_EQ(outcome(text(frame_with("\"" + name + "\":" + bad))), "bad-shape") << name << bad;
    }
  }
}

TEST_F(FrameReaderTest, GainAndLensPositionAreNumbersFromZeroUp) {
  for (const std::string name : {"analogue_gain", "lens_position_dioptres"}) {
    for (const std::string good : {"0", "0.25", "16", "1e3", "3.4e38"}) {
      EXPECT_EQ(outcome(text(frame_with("\"" + name + "\":" + good))), "taken") << name << good;
    }
    for (const std::string bad : {"-0.1", "-1", "1e39", "\"1\"", "true", "[]", "{}"}) {
      EXPECT_EQ(outcome(text(frame_with("\"" + name + "\":" + bad))), "bad-shape") << name << bad;
    }
  }
}

TEST_F(FrameReaderTest, TypeCameraAndMimeAreStrings) {
  for (const std::string name : {"type", "camera", "mime"}) {
    for (const std::string bad : {"5", "true", "[\"frame\"]", "{}"}) {
      const std::string members = "\"" + name + "\":" + bad;
      EXPECT_EQ(outcome(text("{" + members + R"(,"data":""})")), "bad-shape") << members;
      EXPECT_EQ(outcome(binary_message(binary("{" + members + "}", text_of(grey_image())))),
                "bad-shape")
          << members;
    }
  }
}

TEST_F(FrameReaderTest, AnotherTypeIsUnknown) {
  EXPECT_EQ(outcome(text(R"({"type":"subscribe","data":""})")), "unknown-type");
  EXPECT_EQ(outcome(binary_message(binary(R"({"type":"publish"})", text_of(grey_image())))),
            "unknown-type");
}

TEST_F(FrameReaderTest, AnotherCameraIsNotPublishedTo) {
  const auto result = text(frame_with(R"("camera":"back")"));
  EXPECT_EQ(outcome(result), "not-publishing");
  EXPECT_NE(result.error().reason.find("front"), std::string::npos) << result.error().reason;
  EXPECT_EQ(outcome(binary_message(binary(R"({"camera":"Front"})", text_of(grey_image())))),
            "not-publishing");
}

TEST_F(FrameReaderTest, AnotherMimeThanTheFilesIsRefused) {
  EXPECT_EQ(outcome(text(frame_with(R"("mime":"image/png")"))), "wrong-type");
  EXPECT_EQ(outcome(binary_message(binary(R"({"mime":"image/jpeg"})", text_of(png_image())))),
            "wrong-type");
}

TEST_F(FrameReaderTest, AStatedSizeHelpsToNameRawPixels) {
  const Bytes pixels(std::size_t{3} * 16 * 8, std::byte{0x40});
  const auto result = text(frame_with(R"("width":16,"height":8)", base64(pixels)));
  ASSERT_EQ(outcome(result), "raw-pixels");
  EXPECT_NE(result.error().reason.find("16x8"), std::string::npos) << result.error().reason;
  EXPECT_EQ(outcome(binary_message(binary(R"({"width":16,"height":8})", text_of(pixels)))),
            "raw-pixels");
}

TEST_F(FrameReaderTest, ASideOfZeroOrOneSideAloneStatesNothing) {
  const std::string pixels = base64(Bytes(std::size_t{3} * 16 * 8, std::byte{0x40}));
  for (const std::string_view members :
       {R"("width":0,"height":0)", R"("width":0,"height":8)", R"("width":16,"height":0)",
        R"("width":16)", R"("height":8)"}) {
    EXPECT_NE(outcome(text(frame_with(members, pixels))), "taken") << members;
  }
}

TEST_F(FrameReaderTest, ATextThatIsNoJsonObjectIsRefused) {
  for (const std::string_view message :
       {"", "{", "{}}", "frame", R"({"data":"x)", R"({"data":"x",})", R"({"id":"\x","data":""})",
        "{\"id\":\"\xff\",\"data\":\"\"}", R"({'data':'x'})"}) {
    EXPECT_EQ(outcome(text(std::string(message))), "not-json") << message;
  }
  for (const std::string_view message : {"5", "null", "[]", "\"x\"", R"([{"data":"x"}])"}) {
    EXPECT_EQ(outcome(text(std::string(message))), "bad-shape") << message;
  }
}

TEST_F(FrameReaderTest, EightLevelsMayBeNested) {
  EXPECT_EQ(outcome(text(frame_with(R"("more":[[[[[[[]]]]]]])"))), "taken");
  EXPECT_EQ(outcome(text(frame_with(R"("more":[[[[[[[[]]]]]]]])"))), "too-deep");
}

TEST_F(FrameReaderTest, WithoutDataThereIsNoPicture) {
  for (const std::string_view message :
       {R"({"type":"frame"})", R"({"data":5})", R"({"data":null})", R"({"data":["/9j/"]})",
        R"({"more":{"data":"/9j/"}})", R"({"data":"/9j/","data":5})"}) {
    EXPECT_EQ(outcome(text(std::string(message))), "bad-shape") << message;
  }
}

TEST_F(FrameReaderTest, WhatIsWrongWithTheImageIsHandedOn) {
  EXPECT_EQ(outcome(text(frame_of(""))), "no-image");
  EXPECT_EQ(outcome(text(frame_of("/9j!"))), "not-base64");
  Bytes cut = grey_image();
  cut.resize(cut.size() - 2);
  cut.resize(cut.size() / 2);
  EXPECT_EQ(outcome(text(frame_of(base64(cut)))), "truncated-image");
  EXPECT_EQ(outcome(binary_message(text_of(cut))), "truncated-image");
  EXPECT_EQ(outcome(binary_message(binary("{}", text_of(cut)))), "truncated-image");
  EXPECT_EQ(outcome(read({.form = Form::kFile, .bytes = text_of(cut)})), "truncated-image");
  EXPECT_EQ(outcome(binary_message(base64(grey_image()))), "too-much-base64");
  EXPECT_EQ(outcome(binary_message("")), "no-image");
  EXPECT_EQ(outcome(binary_message(binary("{}", ""))), "no-image");
}

TEST_F(FrameReaderTest, EveryErrorAnswersAFrame) {
  for (const auto& result : {text("{"), text(frame_of("")), binary_message(""),
                             deflated_text("\xff"), read({.form = Form::kFile})}) {
    ASSERT_TRUE(result.has_error());
    EXPECT_EQ(result.error().request, "frame");
    EXPECT_FALSE(result.error().reason.empty());
  }
}

TEST_F(FrameReaderTest, AnIdComesBackInTheError) {
  const std::string longest = "\"" + std::string(64, 'x') + "\"";
  for (const std::string& id : {std::string("7"), std::string("-7"), std::string("0"),
                                std::string(R"("")"), std::string(R"("a\"b")"), longest}) {
    EXPECT_EQ(text(frame_with("\"id\":" + id, "!")).error().id_json, id);
    EXPECT_EQ(text(frame_with("\"id\":" + id + R"(,"captured_us":"now")")).error().id_json, id);
    EXPECT_EQ(binary_message(binary("{\"id\":" + id + "}", "")).error().id_json, id);
  }
}

TEST_F(FrameReaderTest, AnIdOfAnotherShapeIsRefusedAndNotEchoed) {
  const std::string too_long = "\"" + std::string(65, 'x') + "\"";
  for (const std::string& id :
       {std::string("1.5"), std::string("null"), std::string("[]"), too_long}) {
    const auto result = text(frame_with("\"id\":" + id));
    EXPECT_EQ(outcome(result), "bad-shape") << id;
    EXPECT_EQ(result.error().id_json, "");
  }
}

TEST_F(FrameReaderTest, AnIdIsNotEchoedInTheErrorOfTheNextFrame) {
  EXPECT_EQ(text(frame_with("\"id\":7", "!")).error().id_json, "7");
  EXPECT_EQ(text(frame_of("!")).error().id_json, "");
  EXPECT_EQ(text(frame_with("\"id\":7", "!")).error().id_json, "7");
  EXPECT_EQ(text("{").error().id_json, "");
  EXPECT_EQ(binary_message("").error().id_json, "");
}

TEST_F(FrameReaderTest, AFramesOwnTimeWinsOverTheOneBesideItAndThatOverItsArrival) {
  const auto captured = [&](Form form, std::string bytes, std::optional<UnixTime> beside) {
    const auto result =
        read({.form = form, .bytes = std::move(bytes), .arrived = kArrived, .captured = beside});
    return result ? result->info.captured : UnixTime::min();
  };
  const std::string timed = frame_with(R"("captured_us":5)");
  const std::string timeless = frame_of(base64(grey_image()));
  EXPECT_EQ(captured(Form::kText, timed, UnixTime{6us}), UnixTime{5us});
  EXPECT_EQ(captured(Form::kText, timed, std::nullopt), UnixTime{5us});
  EXPECT_EQ(captured(Form::kText, timeless, UnixTime{6us}), UnixTime{6us});
  EXPECT_EQ(captured(Form::kText, timeless, std::nullopt), kArrived);
  EXPECT_EQ(captured(Form::kFile, text_of(grey_image()), UnixTime{6us}), UnixTime{6us});
  EXPECT_EQ(captured(Form::kFile, text_of(grey_image()), UnixTime{}), UnixTime{});
  EXPECT_EQ(captured(Form::kFile, text_of(grey_image()), std::nullopt), kArrived);
  EXPECT_EQ(captured(Form::kBinary, text_of(grey_image()), std::nullopt), kArrived);
}

// A program whose clock starts with it says 0 for its first picture.
TEST_F(FrameReaderTest, ATimeOfZeroIsATime) {
  const auto result = text(frame_with(R"("captured_us":0)"));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->info.captured, UnixTime{});
}

TEST_F(FrameReaderTest, AHeadMayHave4096Bytes) {
  const std::string file = text_of(grey_image());
  const std::string data = base64(grey_image());
  const std::size_t room = kMostHeadBytes - frame_with("\"a\":\"\"", "").size();
  EXPECT_EQ(outcome(text(frame_with("\"a\":\"" + std::string(room, 'x') + "\"", data))), "taken");
  EXPECT_EQ(outcome(text(frame_with("\"a\":\"" + std::string(room + 1, 'x') + "\"", data))),
            "bad-shape");
  const std::string blanks(kMostHeadBytes - 2, ' ');
  EXPECT_EQ(outcome(binary_message(binary("{" + blanks + "}", file))), "taken");
  EXPECT_EQ(outcome(binary_message(binary("{" + blanks + " }", file))), "bad-shape");
}

TEST_F(FrameReaderTest, APictureUnderAnotherNameIsATooLargeHead) {
  const std::string letters(10'000, 'A');
  for (const std::string_view name : {"image", "Data", "payload"}) {
    EXPECT_EQ(outcome(text("{\"" + std::string(name) + "\":\"" + letters + "\"}")), "bad-shape");
  }
  EXPECT_EQ(outcome(text("{\"data\":\"" + letters)), "bad-shape");
}

TEST_F(FrameReaderTest, ABinaryHeadMustBeAJsonObject) {
  const std::string file = text_of(grey_image());
  EXPECT_EQ(outcome(binary_message(binary("{", file))), "not-json");
  EXPECT_EQ(outcome(binary_message(binary("{\"id\":\"\xff\"}", file))), "not-json");
  EXPECT_EQ(outcome(binary_message(binary("{} {}", file))), "not-json");
}

TEST_F(FrameReaderTest, AHeadThatWouldEndBehindTheMessageIsNone) {
  const std::string whole = binary(R"({"type":"frame"})", text_of(grey_image()));
  for (std::size_t size = 0; size < 4 + 16; ++size) {
    EXPECT_NE(outcome(binary_message(whole.substr(0, size))), "taken") << size;
  }
  EXPECT_NE(outcome(binary_message(std::string("\x00\x00\xff\xff{}", 6))), "taken");
}

TEST_F(FrameReaderTest, JsonInABinaryMessageIsRefusedAsWhatItIs) {
  const auto result = binary_message(frame_of(base64(grey_image())));
  ASSERT_TRUE(result.has_error());
  EXPECT_NE(result.error().reason.find("JSON"), std::string::npos) << result.error().reason;
}

TEST_F(FrameReaderTest, SlashesMayBeEscaped) {
  const std::string letters = base64(image_with_plus_and_slash());
  ASSERT_NE(letters.find('/'), std::string::npos);
  expect_image(text(frame_of(replaced(letters, "/", "\\/"))), image_with_plus_and_slash());
  expect_image(text(frame_of("data:image\\/jpeg;base64," + replaced(letters, "/", "\\/"))),
               image_with_plus_and_slash());
  expect_image(text(frame_of(replaced(letters, "+", "\\u002b"))), image_with_plus_and_slash());
}

// Python's base64.encodebytes and MIME break lines after 76 letters.
TEST_F(FrameReaderTest, LinesMayBeBroken) {
  for (const std::string_view line_break : {"\\n", "\\r\\n"}) {
    std::string lines;
    const std::string letters = base64(colour_image());
    for (std::size_t at = 0; at < letters.size(); at += 76) {
      lines += letters.substr(at, 76) + std::string(line_break);
    }
    expect_image(text(frame_of(lines)), colour_image());
  }
}

TEST_F(FrameReaderTest, AWrongEscapeInThePictureIsNoJson) {
  for (const std::string_view data : {"\\x", "\\", "\\u12", "\\ud800", "\\/\xff"}) {
    EXPECT_EQ(outcome(text(frame_of(std::string(data) + "\\\\"))), "not-json") << data;
  }
}

TEST_F(FrameReaderTest, UrlSafeLettersAreTaken) {
  std::string letters = base64(image_with_plus_and_slash());
  ASSERT_NE(letters.find('+'), std::string::npos);
  ASSERT_NE(letters.find('/'), std::string::npos);
  letters = replaced(replaced(letters, "+", "-"), "/", "_");
  expect_image(text(frame_of(letters)), image_with_plus_and_slash());
  expect_image(text(frame_of(replaced(letters, "=", ""))), image_with_plus_and_slash());
}

TEST_F(FrameReaderTest, WhatCannotBeInflatedIsNoJson) {
  EXPECT_EQ(outcome(deflated_text("\xff\xff\xff")), "not-json");
  const std::string whole = deflated(frame_of(base64(colour_image())));
  EXPECT_EQ(outcome(deflated_text(whole.substr(0, whole.size() / 2))), "not-json");
}

// Beast looks at what comes without compression; what was inflated nobody has looked at yet.
TEST_F(FrameReaderTest, InflatedTextMustBeUtf8) {
  EXPECT_EQ(outcome(deflated_text(deflated(frame_of("\xc3\x28")))), "not-json");
  EXPECT_EQ(outcome(deflated_text(deflated("{\"\xff\":1,\"data\":\"\"}"))), "not-json");
}

TEST_F(FrameReaderTest, AFrameMayHave8MiBWhenItIsInflated) {
  std::string frame = frame_of(base64(grey_image()));
  const std::string blanks(kMostPublishedBytes - frame.size(), ' ');
  frame.insert(frame.size() - 2, blanks);
  ASSERT_EQ(frame.size(), kMostPublishedBytes);
  expect_image(deflated_text(deflated(frame)), grey_image());
  frame.insert(frame.size() - 2, " ");
  EXPECT_EQ(outcome(deflated_text(deflated(frame))), "image-too-large");
}

// What stands behind the first 8 MiB is no DEFLATE: who answers that it is too large did not read
// that far, however much it would become.
TEST_F(FrameReaderTest, ABombIsInflatedToItsBoundOnly) {
  const std::string bomb = deflated(std::string(3 * kMostPublishedBytes, ' '));
  ASSERT_LT(bomb.size(), kMostPublishedBytes / 100);
  EXPECT_EQ(outcome(deflated_text(bomb + std::string(100, '\xff'))), "image-too-large");
  EXPECT_EQ(outcome(read({.form = Form::kBinary, .is_deflated = true, .bytes = bomb + "\xff"})),
            "image-too-large");
  EXPECT_EQ(outcome(text(frame_of(base64(grey_image())))), "taken");
}

TEST_F(FrameReaderTest, AViewersFrameIsTakenAsItIs) {
  for (const std::string name : {"frame.json", "frame-png.json", "frame-with-exposure.json",
                                 "frame-with-unknown-member.json"}) {
    const auto result = text(golden_message("valid/" + name));
    ASSERT_TRUE(result.has_value()) << name << result.error().reason;
    EXPECT_EQ(result->info.captured, UnixTime{1763917200123456us}) << name;
  }
  const auto with_exposure = text(golden_message("valid/frame-with-exposure.json"));
  EXPECT_EQ(with_exposure->info.exposure_time, 16667us);
  EXPECT_EQ(with_exposure->info.analogue_gain, 2.5F);
  EXPECT_EQ(with_exposure->info.lens_position_dioptres, 1.25F);

  const auto binary_frame = binary_message(golden_bytes("valid/frame.bin"));
  ASSERT_TRUE(binary_frame.has_value()) << binary_frame.error().reason;
  EXPECT_EQ(binary_frame->info.captured, UnixTime{1763917200123456us});
}

std::vector<std::string> golden_frames(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator("proto/golden/" + folder)) {
    const std::string name = entry.path().filename().string();
    const std::size_t code_ends = name.find("--");
    if (name.compare(code_ends == std::string::npos ? 0 : code_ends + 2, 5, "frame") == 0) {
      names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST_F(FrameReaderTest, EveryFrameOfTheProtocolsExamplesIsTaken) {
  const auto names = golden_frames("publisher/valid");
  ASSERT_GE(names.size(), 2);
  for (const std::string& name : names) {
    const std::string message = golden_message("publisher/valid/" + name);
    EXPECT_EQ(outcome(text(message)), "taken") << name;
    EXPECT_EQ(outcome(deflated_text(deflated(message))), "taken") << name;
  }
}

TEST_F(FrameReaderTest, EveryWrongFrameOfTheProtocolsExamplesIsRefusedWithItsCode) {
  const auto names = golden_frames("publisher/invalid");
  ASSERT_GE(names.size(), 12);
  for (const std::string& name : names) {
    const std::string code = name.substr(0, name.find("--"));
    if (code == "not-publishing") {
      continue;  // it is right but for who sends it
    }
    EXPECT_EQ(outcome(text(golden_message("publisher/invalid/" + name))), code) << name;
  }
}

}  // namespace
}  // namespace freshframe
