#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "publish/multipart_parser.h"

namespace freshframe {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

constexpr std::size_t kMostPartBytes = 4096;

/// What a body's parts were, one line for each, and how it ended.
using Parts = std::vector<std::string>;

std::string line_of(const MultipartParser::Part& part) {
  std::string line = part.is_too_large ? "[too large]" : part.body;
  EXPECT_TRUE(!part.is_too_large || part.body.empty());
  if (part.captured) {
    line += " at " + std::to_string(part.captured->time_since_epoch().count());
  }
  return line;
}

class Reading {
 public:
  explicit Reading(std::size_t most_part_bytes = kMostPartBytes)
      : parser_(most_part_bytes,
                [this](MultipartParser::Part part) { parts_.push_back(line_of(part)); }) {}

  void add(std::string_view bytes) {
    // A copy of the exact size, so that AddressSanitizer sees a read behind it.
    const std::vector<char> copy(bytes.begin(), bytes.end());
    is_multipart_ = is_multipart_ && parser_.add({copy.data(), copy.size()});
  }
  Parts result() const {
    Parts result = parts_;
    if (!is_multipart_) {
      result.emplace_back("[no multipart]");
    } else if (parser_.has_ended()) {
      result.emplace_back("[ended]");
    }
    return result;
  }

 private:
  Parts parts_;
  bool is_multipart_ = true;
  MultipartParser parser_;
};

Parts in_pieces(std::string_view body, std::size_t piece) {
  Reading reading;
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size()))) {
    reading.add(body.substr(0, piece));
  }
  return reading.result();
}

Parts whole(std::string_view body) {
  return in_pieces(body, body.size());
}

/// The parts are these, however the body is cut.
void expect_parts(std::string_view body, const Parts& expected) {
  EXPECT_EQ(whole(body), expected);
  for (const std::size_t piece : {1U, 2U, 3U, 7U}) {
    EXPECT_EQ(in_pieces(body, piece), expected) << "in pieces of " << piece;
  }
  for (std::size_t cut = 0; cut <= body.size(); ++cut) {
    Reading reading;
    reading.add(body.substr(0, cut));
    reading.add(body.substr(cut));
    ASSERT_EQ(reading.result(), expected) << "cut at " << cut;
  }
}

// Bytes of a picture that look like much else: the ends of lines, hyphens, the boundary inside a
// line, a header, NUL.
const std::string kPicture =
    "\xff\xd8\r\n--\r\n\n--fram\r\n\r--frame--x--frame\0a: b\r\n\r\n\xff\xd9"s;

TEST(MultipartParserTest, WhatFfmpegSendsIsTakenApart) {
  // libavformat/mpjpeg.c: the boundary comes first and after each part, and never with hyphens.
  const std::string part =
      "Content-type: image/jpeg\r\nContent-length: " + std::to_string(kPicture.size()) +
      "\r\n\r\n" + kPicture + "\r\n--ffmpeg\r\n";
  expect_parts("--ffmpeg\r\n" + part + part + part, {kPicture, kPicture, kPicture});
}

TEST(MultipartParserTest, WhatMjpgStreamerSendsIsTakenApart) {
  const std::string part =
      "Content-Type: image/jpeg\r\nContent-Length: 5\r\nX-Timestamp: 5912.160243\r\n\r\nfirst\r\n"
      "--boundarydonotcross\r\n";
  expect_parts("--boundarydonotcross\r\n" + part + part, {"first", "first"});
}

TEST(MultipartParserTest, WhatUstreamerSendsIsTakenApart) {
  const std::string part =
      "Content-Type: image/jpeg\r\nContent-Length: 5\r\nX-Timestamp: 1.5\r\n"
      "X-UStreamer-Online: true\r\nX-UStreamer-Width: 640\r\n\r\nfirst\r\n"
      "--boundarydonotcross\r\n";
  expect_parts("--boundarydonotcross\r\n" + part + part, {"first", "first"});
}

TEST(MultipartParserTest, WithoutALengthThePartEndsBeforeTheNextBoundary) {
  expect_parts("--frame\r\nContent-Type: image/jpeg\r\n\r\n" + kPicture + "\r\n--frame\r\n\r\n" +
                   kPicture + "\r\n--frame--\r\n",
               {kPicture, kPicture, "[ended]"});
}

TEST(MultipartParserTest, LinesMayEndInALineFeedAlone) {
  expect_parts(
      "--frame\nContent-Type: image/jpeg\n\nfirst\n--frame\nContent-Length: 6\n\nsecond\n"
      "--frame\n\nthird\n--frame--\n",
      {"first", "second", "third", "[ended]"});
}

TEST(MultipartParserTest, OnlyTheLineEndBeforeTheBoundaryIsNotOfThePart) {
  expect_parts("--frame\n\n\r\r\n\n\r\n--frame\n\n\n\n--frame\n\n\r\n--frame\n",
               {"\r\r\n\n", "\n", ""});
}

TEST(MultipartParserTest, TheBoundaryMayFollowACountedPartAtOnceOrAfterLines) {
  expect_parts(
      "--frame\r\nContent-Length: 5\r\n\r\nfirst--frame\r\nContent-Length: 6\r\n\r\nsecond"
      "\r\n\r\n\r\n--frame\r\nContent-Length: 5\r\n\r\nthird\n--frame--\r\n",
      {"first", "second", "third", "[ended]"});
}

TEST(MultipartParserTest, ACountedPartIsDoneWithItsLastByte) {
  Reading reading;
  reading.add("--frame\r\nContent-Length: 5\r\n\r\nfirs");
  EXPECT_EQ(reading.result(), Parts{});
  reading.add("t");
  EXPECT_EQ(reading.result(), Parts{"first"});
}

TEST(MultipartParserTest, ASearchedPartIsDoneWithTheByteBehindTheBoundary) {
  Reading reading;
  reading.add("--frame\r\n\r\nfirst\r\n--fram");
  EXPECT_EQ(reading.result(), Parts{});
  reading.add("e");
  EXPECT_EQ(reading.result(), Parts{});
  reading.add("\r");
  EXPECT_EQ(reading.result(), Parts{"first"});
}

TEST(MultipartParserTest, APartThatIsCutOffIsNone) {
  expect_parts("--frame\r\n\r\nfirst\r\n--frame\r\n\r\nseco", {"first"});
  expect_parts("--frame\r\nContent-Length: 6\r\n\r\nseco", {});
  expect_parts("--frame\r\nContent-Length: 6\r\n", {});
  expect_parts("", {});
}

TEST(MultipartParserTest, WhatComesBeforeTheFirstBoundaryIsLeftOut) {
  expect_parts(
      "This is a message with multiple parts.\r\n\r\n-\r\n--\r\n--frame\r\n\r\nfirst\r\n"
      "--frame--\r\n",
      {"first", "[ended]"});
  expect_parts("\r\n--frame\r\nContent-Length: 5\r\n\r\nfirst", {"first"});
}

TEST(MultipartParserTest, WhatComesBehindTheLastBoundaryIsLeftAlone) {
  expect_parts("--frame\r\n\r\nfirst\r\n--frame--\r\nbye\r\n--frame\r\n\r\nsecond\r\n--frame\r\n" +
                   std::string(10'000, 'x'),
               {"first", "[ended]"});
}

TEST(MultipartParserTest, TheFirstLineSaysWhatTheBoundaryIs) {
  // "--frame" in Content-Type, which makes four hyphens of it; hyphens behind; one letter; a space.
  for (const std::string boundary : {"----frame", "--frame-", "--x", "--a b", "-----", "--\"a\""}) {
    expect_parts(
        boundary + "\r\n\r\nfirst\r\n" + boundary + "\r\n\r\nsecond\r\n" + boundary + "--\r\n",
        {"first", "second", "[ended]"});
  }
}

TEST(MultipartParserTest, BlanksAroundABoundaryChangeNothing) {
  // RFC 2046, section 5.1.1: transport-padding.
  expect_parts("--frame \t\r\n\r\nfirst\r\n--frame  \r\n\r\nsecond\r\n--frame-- \r\n",
               {"first", "second", "[ended]"});
}

TEST(MultipartParserTest, AHeadersNamesAreOfAnyCaseAndItsValuesBetweenBlanks) {
  expect_parts(
      "--frame\r\nCONTENT-length :\t 5 \r\nx-CAPTURED-us:  7\t\r\n\r\nfirst\r\n--frame\r\n",
      {"first at 7"});
}

TEST(MultipartParserTest, LinesOfAHeaderThatSayNothingAreLeftOut) {
  expect_parts("--frame\r\nno colon\r\n:\r\n: 5\r\nX-Content-Length: 2\r\n\r\nfirst\r\n--frame\r\n",
               {"first"});
}

TEST(MultipartParserTest, ALengthThatIsNoNumberIsNone) {
  for (const std::string length :
       {"", "x", "-5", "+5", "5x", "5 5", "0x5", "18446744073709551616", "5.0"}) {
    expect_parts("--frame\r\nContent-Length: " + length + "\r\n\r\nfirst\r\n--frame\r\n",
                 {"first"});
  }
}

TEST(MultipartParserTest, APartMayBeEmpty) {
  expect_parts("--frame\r\nContent-Length: 0\r\n\r\n\r\n--frame\r\nContent-Length: 5\r\n\r\nfirst",
               {"", "first"});
  expect_parts("--frame\r\n\r\n\r\n--frame\r\n\r\nfirst\r\n--frame--\r\n",
               {"", "first", "[ended]"});
}

// RFC 2046, section 5.1.1: without a body the line end before the boundary is the header's own.
TEST(MultipartParserTest, APartWithoutABodySwallowsNotTheNext) {
  expect_parts("--frame\r\nContent-Type: image/jpeg\r\n\r\n--frame\r\n\r\nfirst\r\n--frame--\r\n",
               {"", "first", "[ended]"});
  expect_parts("--frame\n\n--frame\n\n--frame--\n", {"", "", "[ended]"});
}

TEST(MultipartParserTest, ALengthThatIsTooSmallCostsOnePartOnly) {
  expect_parts(
      "--frame\r\nContent-Length: 3\r\n\r\nfirst\r\n--frame\r\nContent-Length: 6\r\n\r\n"
      "second\r\n--frame\r\n",
      {"fir", "second"});
}

TEST(MultipartParserTest, OneLengthIsNotTheNextParts) {
  expect_parts(
      "--frame\r\nContent-Length: 5\r\n\r\nfirst\r\n--frame\r\n\r\nthe second\r\n--frame\r\n",
      {"first", "the second"});
}

TEST(MultipartParserTest, ATimeIsOfItsOwnPartOnly) {
  expect_parts(
      "--frame\r\nX-Captured-Us: 1763917200123456\r\n\r\nfirst\r\n--frame\r\n\r\nsecond\r\n"
      "--frame\r\nContent-Length: 5\r\nX-Captured-Us: 0\r\n\r\nthird",
      {"first at 1763917200123456", "second", "third at 0"});
}

TEST(MultipartParserTest, ATimeIsAWholeNumberUpToTwoToThe53) {
  EXPECT_EQ(captured_of("0"), UnixTime{});
  EXPECT_EQ(captured_of(" 1763917200123456\t"), UnixTime{1763917200123456us});
  EXPECT_EQ(captured_of("9007199254740991"), UnixTime{9007199254740991us});
  for (const std::string_view bad : {"", " ", "x", "-1", "+1", "1.5", "1e3", "1 2", "0x1",
                                     "9007199254740992", "18446744073709551616", "now"}) {
    EXPECT_EQ(captured_of(bad), std::nullopt) << bad;
  }
}

TEST(MultipartParserTest, APartMayHaveAsManyBytesAsAreTaken) {
  const std::string most(kMostPartBytes, 'x');
  const std::string length = "Content-Length: " + std::to_string(kMostPartBytes);
  expect_parts("--frame\r\n" + length + "\r\n\r\n" + most + "\r\n--frame\r\n", {most});
  expect_parts("--frame\r\n\r\n" + most + "\r\n--frame\r\n", {most});
}

TEST(MultipartParserTest, ATooLargePartIsReportedAndSkipped) {
  const std::string larger(kMostPartBytes + 1, 'x');
  const std::string length = "Content-Length: " + std::to_string(kMostPartBytes + 1);
  const std::string after = "\r\n--frame\r\n\r\nsecond\r\n--frame--\r\n";
  expect_parts("--frame\r\n" + length + "\r\n\r\n" + larger + after,
               {"[too large]", "second", "[ended]"});
  expect_parts("--frame\r\nX-Captured-Us: 7\r\n\r\n" + larger + after,
               {"[too large] at 7", "second", "[ended]"});
}

// Many times too large: what was thrown away must not make it small again, nor hide the boundary.
TEST(MultipartParserTest, APartOfManyTimesTheBoundIsTooLargeHoweverItComes) {
  std::string larger;
  while (larger.size() < 5 * kMostPartBytes) {
    larger += kPicture;
  }
  for (std::size_t more = 0; more < 12; ++more) {
    const std::string tail =
        larger + std::string(more, '\r') + "\r\n--frame\r\n\r\nsecond\r\n--frame\r\n";
    const Parts expected{"[too large]", "second"};
    for (const std::size_t piece :
         {std::size_t{1}, std::size_t{1000}, kMostPartBytes, tail.size()}) {
      EXPECT_EQ(in_pieces("--frame\r\n\r\n" + tail, piece), expected) << piece;
      EXPECT_EQ(in_pieces("--frame\r\nContent-Length: " + std::to_string(larger.size() + more) +
                              "\r\n\r\n" + tail,
                          piece),
                expected)
          << piece;
    }
  }
}

// Of what is thrown away the last bytes are kept, for a boundary that was cut: they are no line.
TEST(MultipartParserTest, TheKeptEndOfATooLargePartIsNotItsBeginning) {
  Reading reading;
  reading.add("--frame\r\n\r\n" + std::string(2 * kMostPartBytes, 'x') + "--frame-");
  reading.add(std::string(2 * kMostPartBytes, 'x') + "\r\n--frame\r\n\r\nsecond\r\n--frame\r\n");
  EXPECT_EQ(reading.result(), (Parts{"[too large]", "second"}));
}

TEST(MultipartParserTest, APartOfAHugeLengthIsSkippedForAsLongAsItComes) {
  Reading reading;
  reading.add("--frame\r\nContent-Length: 18446744073709551615\r\n\r\n");
  reading.add(std::string(3 * kMostPartBytes, 'x'));
  EXPECT_EQ(reading.result(), Parts{});
}

TEST(MultipartParserTest, AHeaderMayHave4096Bytes) {
  // Both line ends of two bytes count, and those of the boundary's line.
  const std::string line(4096 - "--frame\r\nX: \r\n\r\n"s.size(), 'x');
  expect_parts("--frame\r\nX: " + line + "\r\n\r\nfirst\r\n--frame\r\n", {"first"});
  expect_parts("--frame\r\nX: " + line + "x\r\n\r\nfirst\r\n--frame\r\n", {"[no multipart]"});
}

TEST(MultipartParserTest, AFloodOfHeaderLinesIsNoMultipart) {
  std::string body = "--frame\r\n";
  for (int i = 0; i < 1000; ++i) {
    body += "X-Line: y\r\n";
  }
  expect_parts(body, {"[no multipart]"});
}

TEST(MultipartParserTest, ALineWithoutEndIsNoMultipart) {
  expect_parts("--frame\r\nX: " + std::string(5000, 'x'), {"[no multipart]"});
  expect_parts(std::string(5000, 'x'), {"[no multipart]"});
  expect_parts("--" + std::string(5000, 'x'), {"[no multipart]"});
}

TEST(MultipartParserTest, AFloodBetweenPartsIsNoMultipartAndThePartsBeforeItCount) {
  const std::string lines = [] {
    std::string text;
    while (text.size() < 5000) {
      text += "\r\n";
    }
    return text;
  }();
  expect_parts("--frame\r\nContent-Length: 5\r\n\r\nfirst" + lines, {"first", "[no multipart]"});
}

TEST(MultipartParserTest, ABoundaryOfMoreThan200BytesIsNone) {
  const std::string longest = "--" + std::string(198, 'b');
  expect_parts(longest + "\r\n\r\nfirst\r\n" + longest + "--\r\n", {"first", "[ended]"});
  expect_parts(longest + "b\r\n\r\nfirst\r\n" + longest + "b--\r\n", {});
}

// 24 MiB without a boundary, in 3.5 million pieces. A search of all that is kept for each piece
// would be 10^13 bytes and end in the test's time limit; that of what is new takes no second.
TEST(MultipartParserTest, WorkGrowsWithTheBytesOnlyHoweverTheyAreCut) {
  constexpr std::size_t kMost = std::size_t{8} << 20;
  std::vector<std::size_t> parts;
  MultipartParser parser(
      kMost, [&](const MultipartParser::Part& part) { parts.push_back(part.body.size()); });
  ASSERT_TRUE(parser.add("--frame\r\n\r\n"));
  constexpr std::string_view kPiece = "\n--fram";  // the boundary but for its last letter
  for (std::size_t added = 0; added < 3 * kMost; added += kPiece.size()) {
    ASSERT_TRUE(parser.add(kPiece));
  }
  EXPECT_TRUE(parts.empty());
  ASSERT_TRUE(parser.add("\n--frame\r\n\r\nfirst\n--frame\n"));
  EXPECT_EQ(parts, (std::vector<std::size_t>{0, 5}));
}

// Against itself: any cut gives what the whole gives, for texts that are mostly what matters.
TEST(MultipartParserTest, RandomBodiesCutAtRandomGiveTheSameParts) {
  constexpr unsigned kSeed = 30;
  std::mt19937 random(kSeed);  // NOLINT(cert-msc51-cpp): the same each time, so that failures are
  const std::vector<std::string> tokens{"--b",
                                        "\r\n",
                                        "\n",
                                        "--",
                                        "\r",
                                        "x",
                                        "\r\n--b\r\n",
                                        "\n\n",
                                        "\r\n\r\n",
                                        "Content-Length: 3",
                                        "\n--",
                                        "--b--\r\n",
                                        "b",
                                        "--b\r\n\r\n",
                                        "X-Captured-Us: 5\r\n",
                                        " ",
                                        std::string(3000, 'y')};
  for (int i = 0; i < 5'000; ++i) {
    std::string body = "--b\r\n";
    for (auto left = random() % 24; left > 0; --left) {
      body += tokens[random() % tokens.size()];
    }
    Reading reading;
    for (std::string_view rest = body; !rest.empty();) {
      const std::size_t piece = std::min<std::size_t>(1 + random() % 40, rest.size());
      reading.add(rest.substr(0, piece));
      rest.remove_prefix(piece);
    }
    ASSERT_EQ(reading.result(), whole(body)) << "seed " << kSeed << ", body " << i;
  }
}

TEST(MultipartParserTest, ALineThatOnlyBeginsLikeABoundaryIsNone) {
  expect_parts("--b\r\n\r\nfirst\r\n--bnot\n--b\r\n\r\n--bnot\r\n--b--\r\n",
               {"first\r\n--bnot", "--bnot", "[ended]"});
}

TEST(MultipartParserTest, APartAsLargeAsAllowedIsTakenWhereverItsBoundaryIsCut) {
  const std::string most(kMostPartBytes, 'x');
  const std::string body = "--b\r\n\r\n" + most + "\r\n--b\r\n\r\n" + most + "x\r\n--b\r\n";
  for (std::size_t cut = most.size(); cut < most.size() + 30; ++cut) {
    Reading reading;
    reading.add(std::string_view(body).substr(0, cut));
    reading.add(std::string_view(body).substr(cut));
    ASSERT_EQ(reading.result(), (Parts{most, "[too large]"})) << "cut at " << cut;
  }
}

}  // namespace
}  // namespace freshframe
