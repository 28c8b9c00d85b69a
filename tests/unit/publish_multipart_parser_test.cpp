#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "publish/multipart_parser.h"

namespace freshframe {
namespace {

constexpr std::size_t kMost = 1000;

struct Parsed {
  bool is_multipart = true;
  bool has_ended = false;
  std::vector<std::string> parts;
};

/// A part as it is told in these tests: its body, or "too large", and its time behind an @.
std::string told(const MultipartParser::Part& part) {
  std::string text = part.is_too_large ? "too large" : part.body;
  if (part.captured) {
    text += "@" + std::to_string(part.captured->time_since_epoch().count());
  }
  return text;
}

Parsed parsed(const std::vector<std::string_view>& pieces) {
  Parsed result;
  MultipartParser parser(
      kMost, [&](const MultipartParser::Part& part) { result.parts.push_back(told(part)); });
  for (const std::string_view piece : pieces) {
    result.is_multipart = result.is_multipart && parser.add(piece);
  }
  result.has_ended = parser.has_ended();
  return result;
}

std::vector<std::string_view> cut(std::string_view body, std::size_t size) {
  std::vector<std::string_view> pieces;
  for (std::size_t i = 0; i < body.size(); i += size) {
    pieces.push_back(body.substr(i, size));
  }
  return pieces;
}

/// The parts of a body, which are the same however it is cut.
std::vector<std::string> parts_of(std::string_view body) {
  const Parsed whole = parsed({body});
  EXPECT_TRUE(whole.is_multipart);
  for (const std::size_t size : {1u, 2u, 3u, 7u}) {
    EXPECT_EQ(parsed(cut(body, size)).parts, whole.parts) << "in pieces of " << size;
  }
  for (std::size_t i = 0; i <= body.size(); ++i) {
    EXPECT_EQ(parsed({body.substr(0, i), body.substr(i)}).parts, whole.parts) << "cut at " << i;
  }
  return whole.parts;
}

using Strings = std::vector<std::string>;

TEST(MultipartParserTest, WhatFfmpegSends) {
  EXPECT_EQ(parts_of("--ffmpeg\r\nContent-type: image/jpeg\r\nContent-length: 5\r\n\r\nfirst\r\n"
                     "--ffmpeg\r\nContent-type: image/jpeg\r\nContent-length: 6\r\n\r\nsecond\r\n"
                     "--ffmpeg\r\n"),
            (Strings{"first", "second"}));
}

TEST(MultipartParserTest, WhatMjpgStreamerSends) {
  EXPECT_EQ(parts_of("--boundarydonotcross\r\nContent-Type: image/jpeg\r\nContent-Length: 3\r\n"
                     "X-Timestamp: 12.345678\r\n\r\none\r\n--boundarydonotcross\r\n"
                     "Content-Type: image/jpeg\r\nContent-Length: 3\r\n\r\ntwo\r\n"),
            (Strings{"one", "two"}));
}

TEST(MultipartParserTest, APartWithoutALengthEndsBeforeTheNextBoundary) {
  EXPECT_EQ(parts_of("--b\r\n\r\nno length\r\n--b\r\n\r\n\r\n--bnot\n--b\r\n\r\ntail\r\n--b--\r\n"),
            (Strings{"no length", "\r\n--bnot", "tail"}));
}

TEST(MultipartParserTest, LinesMayEndInALineFeedAlone) {
  EXPECT_EQ(parts_of("--b\nContent-Length: 3\n\none\n--b\n\ntwo\n--b--\n"),
            (Strings{"one", "two"}));
}

TEST(MultipartParserTest, ABoundaryMayHaveHyphensOfItsOwn) {
  EXPECT_EQ(parts_of("----x\r\n\r\none\r\n----x\r\n\r\ntwo\r\n----x--"), (Strings{"one", "two"}));
  EXPECT_EQ(parts_of("----x\r\n\r\none\r\n----x\r\n\r\ntwo\r\n----x--\r\n"),
            (Strings{"one", "two"}));
}

TEST(MultipartParserTest, WhatStandsBeforeTheFirstBoundaryAndBehindTheLastIsLeftAlone) {
  const std::string body =
      "this is a preamble\r\n\r\n--b\r\n\r\none\r\n--b--\r\n--b\r\n\r\ntwo\r\n--b\r\n";
  EXPECT_EQ(parts_of(body), (Strings{"one"}));
  EXPECT_TRUE(parsed({body}).has_ended);
}

TEST(MultipartParserTest, APartMayBeEmpty) {
  EXPECT_EQ(parts_of("--b\r\nContent-Length: 0\r\n\r\n\r\n--b\r\n\r\n\r\n--b--\r\n"),
            (Strings{"", ""}));
}

TEST(MultipartParserTest, APartMayTellWhenItWasCaptured) {
  EXPECT_EQ(parts_of("--b\r\nX-Captured-Us: 1763917200123456\r\nContent-Length: 1\r\n\r\na\r\n"
                     "--b\r\nx-captured-us: soon\r\ncontent-length:1\r\n\r\nb\r\n"
                     "--b\r\nContent-Length: 1\r\n\r\nc\r\n"),
            (Strings{"a@1763917200123456", "b", "c"}));
}

TEST(MultipartParserTest, APartThatIsTooLargeIsToldAndTheNextOneComes) {
  const std::string large(kMost + 1, 'x');
  EXPECT_EQ(parts_of("--b\r\nContent-Length: 1001\r\n\r\n" + large + "\r\n--b\r\n\r\n" + large +
                     "\r\n--b\r\n\r\nsmall\r\n--b\r\nContent-Length: 1000\r\n\r\n" +
                     large.substr(1) + "\r\n--b--\r\n"),
            (Strings{"too large", "too large", "small", large.substr(1)}));
}

TEST(MultipartParserTest, APartAsLargeAsAllowedIsTakenWhereverItsBoundaryIsCut) {
  const std::string most(kMost, 'x');
  EXPECT_EQ(parts_of("--b\r\n\r\n" + most + "\r\n--b\r\n\r\n" + most + "x\r\n--b\r\n"),
            (Strings{most, "too large"}));
}

TEST(MultipartParserTest, ALengthThatNobodyCanSendIsOnlyAPartThatNeverEnds) {
  const Parsed result =
      parsed({"--b\r\nContent-Length: 18446744073709551615\r\n\r\n", std::string(5000, 'x')});
  EXPECT_TRUE(result.is_multipart);
  EXPECT_TRUE(result.parts.empty());
}

TEST(MultipartParserTest, ALengthThatIsNoNumberIsAsGoodAsNone) {
  EXPECT_EQ(
      parts_of("--b\r\nContent-Length: -3\r\n\r\none\r\n--b\r\nContent-Length: 3x\r\n\r\n"
               "two\r\n--b\r\nContent-Length: 99999999999999999999999\r\n\r\nthree\r\n--b\r\n"),
      (Strings{"one", "two", "three"}));
}

TEST(MultipartParserTest, ABodyWithoutABoundaryOrWithEndlessHeadersIsNone) {
  EXPECT_FALSE(parsed({std::string(5000, 'x')}).is_multipart);
  EXPECT_FALSE(parsed(cut(std::string(5000, '\n'), 100)).is_multipart);
  std::string headers = "--b\r\n";
  for (int i = 0; i < 1000; ++i) {
    headers += "x: y\r\n";
  }
  EXPECT_FALSE(parsed({headers}).is_multipart);
}

TEST(MultipartParserTest, TimesAreWholeMicrosecondsOfUpTo53Bits) {
  using std::chrono::microseconds;
  EXPECT_EQ(captured_of("0"), UnixTime{microseconds{0}});
  EXPECT_EQ(captured_of(" 9007199254740991\t"), UnixTime{microseconds{9007199254740991}});
  for (const std::string_view wrong :
       {"", " ", "-1", "1.5", "9007199254740992", "0x10", "1 2", "99999999999999999999"}) {
    EXPECT_EQ(captured_of(wrong), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace freshframe
