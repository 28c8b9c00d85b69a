#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "publish/frame_text.h"

namespace freshframe {
namespace {

using Json = nlohmann::json;

TEST(FrameTextTest, TheHeadIsTheObjectWithoutThePicture) {
  const FrameText parts = split_frame_text(R"({"type":"frame","data":"/9j/","id":7})");
  EXPECT_EQ(parts.head, R"({"type":"frame","data":"","id":7})");
  EXPECT_EQ(parts.data, "/9j/");
}

TEST(FrameTextTest, SpaceAndOrderDoNotMatter) {
  const FrameText parts = split_frame_text("{ \"data\" :\n \"abc\" , \"type\" : \"frame\" }");
  EXPECT_EQ(parts.data, "abc");
  EXPECT_EQ(Json::parse(parts.head)["type"], "frame");
}

TEST(FrameTextTest, AQuoteThatIsEscapedEndsNothing) {
  EXPECT_EQ(split_frame_text(R"({"data":"a\"b","x":1})").data, R"(a\"b)");
  EXPECT_EQ(split_frame_text(R"({"data":"a\\","x":1})").data, R"(a\\)");
  EXPECT_EQ(split_frame_text(R"({"data":"a\\\"b"})").data, R"(a\\\"b)");
  EXPECT_EQ(split_frame_text(R"({"x":"\",\"data\":\"no\"","data":"yes"})").data, "yes");
  EXPECT_EQ(split_frame_text(R"({"x":"\\","data":"yes"})").data, "yes");
}

TEST(FrameTextTest, OnlyTheObjectsOwnMemberCounts) {
  EXPECT_EQ(split_frame_text(R"({"x":{"data":"no"},"data":"yes"})").data, "yes");
  EXPECT_EQ(split_frame_text(R"({"data":"yes","x":[{"data":"no"}]})").data, "yes");
  EXPECT_EQ(split_frame_text(R"({"x":"data","y":"no"})").data, std::nullopt);
  EXPECT_EQ(split_frame_text(R"({"x":["data","no"]})").data, std::nullopt);
  EXPECT_EQ(split_frame_text(R"({"datum":"no"})").data, std::nullopt);
}

TEST(FrameTextTest, OfSeveralTheLastCounts) {
  const FrameText parts = split_frame_text(R"({"data":"one","data":"two"})");
  EXPECT_EQ(parts.data, "two");
  EXPECT_EQ(Json::parse(parts.head)["data"], "");
  EXPECT_EQ(split_frame_text(R"({"data":"one","data":2})").data, std::nullopt);
}

TEST(FrameTextTest, WhatHasNoPictureComesWhole) {
  for (const std::string_view text :
       {R"({"type":"frame"})", R"({"data":7})", R"({"data":null,"x":"y"})", R"({"data":{"a":"b"}})",
        R"({"data":"cut)", R"({"data":"cut\")", R"("data")", R"(["data","x"])", "", "}", "}}{", "{",
        R"({"data")", R"({"data":)"}) {
    const FrameText parts = split_frame_text(text);
    EXPECT_EQ(parts.head, text);
    EXPECT_EQ(parts.data, std::nullopt) << text;
  }
}

// Against the slow, obvious way: whatever a JSON library writes is taken apart as that library
// reads it.
TEST(FrameTextTest, ItAgreesWithAJsonLibrary) {
  std::mt19937 random(20261125);
  const auto pick = [&](unsigned most) { return static_cast<unsigned>(random() % most); };
  const auto text = [&] {
    std::string made;
    for (unsigned i = pick(12); i > 0; --i) {
      constexpr std::string_view kLetters = "ab/\"\\\n{}[]:,\t+=";
      made += kLetters[pick(static_cast<unsigned>(kLetters.size()))];
    }
    return made;
  };
  for (int round = 0; round < 20'000; ++round) {
    Json object = Json::object();
    for (unsigned i = pick(5); i > 0; --i) {
      const std::string name = pick(3) == 0 ? "data" : text();
      switch (pick(4)) {
        case 0:
          object[name] = {{"data", text()}, {"x", {text(), text()}}};
          break;
        case 1:
          object[name] = pick(100);
          break;
        default:
          object[name] = text();
      }
    }
    const std::string whole = object.dump(pick(2) == 0 ? -1 : 1);
    const FrameText parts = split_frame_text(whole);
    const bool has_text = object.contains("data") && object["data"].is_string();
    ASSERT_EQ(parts.data.has_value(), has_text) << whole;
    if (has_text) {
      ASSERT_EQ(Json::parse("\"" + std::string(*parts.data) + "\""), object["data"]) << whole;
      object["data"] = "";
    }
    ASSERT_EQ(Json::parse(parts.head), object) << whole;
  }
}

}  // namespace
}  // namespace freshframe
