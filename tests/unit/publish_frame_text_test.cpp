#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "publish/frame_text.h"

namespace freshframe {
namespace {

using Json = nlohmann::json;

void expect_split(std::string_view text, std::string_view head, std::string_view data) {
  const FrameText split = split_frame_text(text);
  EXPECT_EQ(split.head, head);
  ASSERT_TRUE(split.data.has_value()) << text;
  EXPECT_EQ(*split.data, data);
  EXPECT_GE(split.data->data(), text.data());
  EXPECT_LE(split.data->data() + split.data->size(), text.data() + text.size());
}

void expect_whole(std::string_view text) {
  const FrameText split = split_frame_text(text);
  EXPECT_EQ(split.head, text);
  EXPECT_FALSE(split.data.has_value()) << text;
}

Json parsed(std::string_view text) {
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

/// The slow, obvious way: a JSON library reads the whole text, and finds what it finds in the head
/// when the picture is put back there.
void expect_same_as_library(const std::string& text) {
  const Json whole = parsed(text);
  const FrameText split = split_frame_text(text);
  Json head = parsed(split.head);
  if (!split.data) {
    EXPECT_EQ(split.head, text);
    if (whole.is_object() && whole.contains("data")) {
      EXPECT_FALSE(whole["data"].is_string()) << text;
    }
    return;
  }
  const Json data = parsed("\"" + std::string(*split.data) + "\"");
  const bool is_json = !head.is_discarded() && !data.is_discarded();
  ASSERT_EQ(is_json, !whole.is_discarded()) << text;
  if (is_json) {
    ASSERT_TRUE(head.is_object()) << text;
    ASSERT_EQ(head["data"], "") << text;
    head["data"] = data;
    ASSERT_EQ(head, whole) << text;
  }
}

TEST(FrameTextTest, ThePictureIsTakenOutWhereverItStands) {
  expect_split(R"({"data":"QUJD"})", R"({"data":""})", "QUJD");
  expect_split(R"({"type":"frame","data":"QUJD"})", R"({"type":"frame","data":""})", "QUJD");
  expect_split(R"({"data":"QUJD","type":"frame"})", R"({"data":"","type":"frame"})", "QUJD");
  expect_split(R"({"id":1,"data":"QUJD","type":"frame"})", R"({"id":1,"data":"","type":"frame"})",
               "QUJD");
}

TEST(FrameTextTest, BlanksAndLineBreaksBetweenMembersChangeNothing) {
  expect_split("\r\n { \"data\"\n:\t\"QUJD\" ,\n\"id\" : 1 }\n",
               "\r\n { \"data\"\n:\t\"\" ,\n\"id\" : 1 }\n", "QUJD");
}

TEST(FrameTextTest, AnEmptyPictureIsAPicture) {
  expect_split(R"({"data":""})", R"({"data":""})", "");
}

TEST(FrameTextTest, EscapesStayInThePictureAsTheyStand) {
  expect_split(R"({"data":"a\/b\n"})", R"({"data":""})", R"(a\/b\n)");
  expect_split(R"({"data":"a\"b","id":1})", R"({"data":"","id":1})", R"(a\"b)");
  expect_split(R"({"data":"a\\","id":1})", R"({"data":"","id":1})", R"(a\\)");
  expect_split(R"({"data":"a\\\"","id":1})", R"({"data":"","id":1})", R"(a\\\")");
  expect_split(R"({"data":"\u0041"})", R"({"data":""})", R"(\u0041)");
}

TEST(FrameTextTest, EscapesInOtherStringsHideNoQuote) {
  expect_split(R"({"id":"\"","data":"QUJD"})", R"({"id":"\"","data":""})", "QUJD");
  expect_split(R"({"id":"\\","data":"QUJD"})", R"({"id":"\\","data":""})", "QUJD");
  expect_split(R"({"id":"\\\"","data":"QUJD"})", R"({"id":"\\\"","data":""})", "QUJD");
  expect_split(R"({"a\"":1,"data":"QUJD"})", R"({"a\"":1,"data":""})", "QUJD");
}

TEST(FrameTextTest, BracketsInStringsAreNoBrackets) {
  expect_split(R"({"id":"}{][","data":"QUJD"})", R"({"id":"}{][","data":""})", "QUJD");
  expect_split(R"({"data":"[[{","id":":,"})", R"({"data":"","id":":,"})", "[[{");
}

TEST(FrameTextTest, AStringThatLooksLikeThePictureIsNone) {
  expect_split(R"({"id":"\"data\":\"x\"","data":"QUJD"})", R"({"id":"\"data\":\"x\"","data":""})",
               "QUJD");
  expect_split(R"({"type":"data","data":"QUJD"})", R"({"type":"data","data":""})", "QUJD");
  expect_split(R"({"data":"data"})", R"({"data":""})", "data");
  expect_whole(R"({"type":"data","id":"x"})");
  expect_whole(R"({"id":"\"data\":\"x\""})");
}

TEST(FrameTextTest, AMemberOfAnInnerObjectIsNotThePicture) {
  expect_split(R"({"more":{"data":"inner"},"data":"QUJD"})",
               R"({"more":{"data":"inner"},"data":""})", "QUJD");
  expect_split(R"({"data":"QUJD","more":{"data":"inner"}})",
               R"({"data":"","more":{"data":"inner"}})", "QUJD");
  expect_split(R"({"more":[{"data":"inner"},"data"],"data":"QUJD"})",
               R"({"more":[{"data":"inner"},"data"],"data":""})", "QUJD");
  expect_whole(R"({"more":{"data":"inner"}})");
}

TEST(FrameTextTest, OnlyTheWholeNameNamesThePicture) {
  expect_whole(R"({"Data":"x","data ":"x","dat":"x","":"x","data\"":"x"})");
}

TEST(FrameTextTest, OfSeveralPicturesTheLastCounts) {
  expect_split(R"({"data":"first","data":"last"})", R"({"data":"first","data":""})", "last");
}

TEST(FrameTextTest, APictureBehindWhichTheSameMemberIsNoStringDoesNotCount) {
  expect_whole(R"({"data":"first","data":5})");
  expect_whole(R"({"data":"first","data":null})");
  expect_whole(R"({"data":"first","data":["last"]})");
  expect_split(R"({"data":5,"data":"last"})", R"({"data":5,"data":""})", "last");
}

TEST(FrameTextTest, APictureThatIsNoStringIsNone) {
  expect_whole(R"({"data":5})");
  expect_whole(R"({"data":null,"id":"x"})");
  expect_whole(R"({"data":["x"]})");
  expect_whole(R"({"data":{"data":"x"}})");
  expect_whole(R"({"data":["data","x"],"type":"frame"})");
}

TEST(FrameTextTest, WhatIsNoObjectComesOutWhole) {
  for (const std::string_view text : {"", "x", "5", "null", "\"data\"", "[]", "[\"data\",\"x\"]",
                                      "}", "]]", "}{", "{", "{}", ":", "\"", "\\"}) {
    expect_whole(text);
  }
}

TEST(FrameTextTest, AStringWithoutEndMakesTheWholeTextTheHead) {
  expect_whole(R"({"data":"QUJD)");
  expect_whole(R"({"data":"QUJD\")");
  expect_whole(R"({"data":"QUJD","id":"x)");
  expect_whole(R"({"data)");
}

TEST(FrameTextTest, ATextThatIsCutAnywhereIsNotTakenForAWholeOne) {
  const std::string text =
      R"({"id":"\"{","data":"Q\/JD","more":{"data":["x",{}]},"type":"frame","captured_us":1})";
  expect_same_as_library(text);
  for (std::size_t size = 0; size < text.size(); ++size) {
    const FrameText split = split_frame_text(text.substr(0, size));
    EXPECT_TRUE(parsed(split.head).is_discarded()) << split.head;
  }
}

TEST(FrameTextTest, AMillionBackslashesAreOneRun) {
  const std::string run(1'000'000, '\\');
  expect_split("{\"data\":\"" + run + "\"}", R"({"data":""})", run);
  expect_whole("{\"data\":\"" + run + "\\\"}");
}

/// Puts texts together from what JSON has, quotes and brackets before all.
class Texts {
 public:
  explicit Texts(unsigned seed) : random_(seed) {}

  /// Mostly no JSON.
  std::string tokens() {
    std::string text = chance(2) ? "{" : "";
    for (auto left = random_() % 16; left > 0; --left) {
      text += pick({"{", "}", "[", "]", ":", ",", "\"", "\\", "\"data\"", "\"data\":", "\"x\"",
                    "\"data\":\"QUJD\"", "5", " ", "null", "\\\"", "\"a\\\\\"", ",\"data\":\"x\""});
    }
    return chance(2) ? text + "}" : text;
  }

  std::string object(int depth = 0) {
    std::string text = "{";
    for (auto left = random_() % 5; left > 0; --left) {
      text += blank() + pick({"\"data\"", "\"data\"", "\"id\"", "\"\"", "\"a\\\"b\"", "\"{\""}) +
              blank() + ":" + blank() + value(depth + 1) + blank() + (left > 1 ? "," : "");
    }
    return text + "}";
  }

  /// Now and then a byte of it is another.
  std::string maybe_damaged(std::string text) {
    if (!text.empty() && chance(4)) {
      text[random_() % text.size()] = pick({"\"", "\\", "{", "}", ":", ",", "x", "\n"})[0];
    }
    return text;
  }

 private:
  bool chance(unsigned one_in) { return random_() % one_in == 0; }
  std::string blank() { return pick({"", "", "", " ", "\n"}); }
  std::string pick(std::initializer_list<const char*> texts) {
    return texts.begin()[random_() % texts.size()];
  }
  std::string value(int depth) {
    if (depth < 4 && chance(4)) {
      return chance(2) ? object(depth) : "[" + value(depth + 1) + "," + value(depth + 1) + "]";
    }
    return pick({"\"QUJD\"", "\"Q\\/JD\\n\"", "\"\"", "\"data\"", "\"\\\"data\\\":\\\"x\\\"\"",
                 "\"\\\\\"", "\"\\\\\\\"\"", "\"}\"", "\"]{\"", "5", "-1.5e3", "null", "true"});
  }

  std::mt19937 random_;
};

TEST(FrameTextTest, RandomTextsAreTakenApartAsAJsonLibraryReadsThem) {
  constexpr unsigned kSeed = 20;
  Texts texts(kSeed);
  for (int i = 0; i < 20'000; ++i) {
    SCOPED_TRACE("seed 20, text " + std::to_string(i));
    expect_same_as_library(texts.tokens());
    expect_same_as_library(texts.maybe_damaged(texts.object()));
    if (HasFailure()) {
      return;
    }
  }
}

}  // namespace
}  // namespace freshframe
