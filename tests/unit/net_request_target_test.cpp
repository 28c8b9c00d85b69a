#include <gtest/gtest.h>

#include "net/request_target.h"

namespace freshframe {
namespace {

TEST(RequestTargetTest, IsCutAtTheFirstQuestionMark) {
  const RequestTarget target = split_target("/ws?camera=a?b");
  EXPECT_EQ(target.path, "/ws");
  EXPECT_EQ(target.query, "camera=a?b");
  EXPECT_EQ(split_target("/ws").query, "");
}

TEST(OriginFormTest, AWholeAddressOfThisServerIsItsPathAndQuery) {
  EXPECT_EQ(origin_form("http://camera:8080/ws?camera=a", "camera:8080"), "/ws?camera=a");
  EXPECT_EQ(origin_form("HTTPS://Camera/", "camera"), "/");
  EXPECT_EQ(origin_form("http://camera", "camera"), "/");
  EXPECT_EQ(origin_form("http://camera?a=http://b/", "camera"), "/?a=http://b/");
}

TEST(OriginFormTest, AnyOtherTargetStaysAsItIs) {
  for (const char* const target :
       {"/ws", "", "*", "http://other/ws", "http://camera:1/ws", "http://user@camera/ws",
        "ftp://camera/ws", "http:/camera/ws", "http://camera.evil/ws", "/http://camera/ws"}) {
    EXPECT_EQ(origin_form(target, "camera"), target);
  }
}

std::optional<std::string> value_of(std::string_view query, std::string_view name) {
  const auto value = query_value(query, name);
  EXPECT_TRUE(value.has_value());
  return value ? *value : std::nullopt;
}

std::optional<QueryError> error_of(std::string_view query, std::string_view name) {
  const auto value = query_value(query, name);
  return value ? std::nullopt : std::optional(value.error());
}

TEST(QueryValueTest, FindsAMemberWhereverItStands) {
  EXPECT_EQ(value_of("camera=front", "camera"), "front");
  EXPECT_EQ(value_of("a=1&camera=front&b=2", "camera"), "front");
  EXPECT_EQ(value_of("camera=", "camera"), "");
  EXPECT_EQ(value_of("camera", "camera"), "");
}

TEST(QueryValueTest, IsNotFooledByLikeNames) {
  EXPECT_EQ(value_of("mycamera=1", "camera"), std::nullopt);
  EXPECT_EQ(value_of("cameras=1", "camera"), std::nullopt);
  EXPECT_EQ(value_of("", "camera"), std::nullopt);
  EXPECT_EQ(value_of("&&=&", "camera"), std::nullopt);
}

TEST(QueryValueTest, DecodesWhatIsEncoded) {
  EXPECT_EQ(value_of("camera=front%20door", "camera"), "front door");
  EXPECT_EQ(value_of("camera=front+door", "camera"), "front door");
  EXPECT_EQ(value_of("camera=%41%2f", "camera"), "A/");
}

TEST(QueryValueTest, BrokenEncodingIsToldFromNoValue) {
  for (const char* query :
       {"camera=%", "camera=%4", "camera=%4x", "camera=%+1", "a=1&camera=%zz"}) {
    EXPECT_EQ(error_of(query, "camera"), QueryError::kBrokenEncoding) << query;
  }
  EXPECT_EQ(value_of("camera=front&other=%zz", "camera"), "front");
}

TEST(QueryValueTest, OneThatIsGivenTwiceHasNoValue) {
  EXPECT_EQ(error_of("camera=a&camera=b", "camera"), QueryError::kGivenTwice);
  EXPECT_EQ(error_of("camera=a&x=1&camera=a", "camera"), QueryError::kGivenTwice);
}

}  // namespace
}  // namespace freshframe
