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

TEST(QueryValueTest, FindsAMemberWhereverItStands) {
  EXPECT_EQ(query_value("camera=front", "camera"), "front");
  EXPECT_EQ(query_value("a=1&camera=front&b=2", "camera"), "front");
  EXPECT_EQ(query_value("camera=", "camera"), "");
  EXPECT_EQ(query_value("camera", "camera"), "");
}

TEST(QueryValueTest, IsNotFooledByLikeNames) {
  EXPECT_EQ(query_value("mycamera=1", "camera"), std::nullopt);
  EXPECT_EQ(query_value("cameras=1", "camera"), std::nullopt);
  EXPECT_EQ(query_value("", "camera"), std::nullopt);
  EXPECT_EQ(query_value("&&=&", "camera"), std::nullopt);
}

TEST(QueryValueTest, DecodesWhatIsEncoded) {
  EXPECT_EQ(query_value("camera=front%20door", "camera"), "front door");
  EXPECT_EQ(query_value("camera=front+door", "camera"), "front door");
  EXPECT_EQ(query_value("camera=%41%2f", "camera"), "A/");
}

TEST(QueryValueTest, BrokenEncodingIsNoValue) {
  EXPECT_EQ(query_value("camera=%", "camera"), std::nullopt);
  EXPECT_EQ(query_value("camera=%4", "camera"), std::nullopt);
  EXPECT_EQ(query_value("camera=%4x", "camera"), std::nullopt);
  EXPECT_EQ(query_value("camera=%+1", "camera"), std::nullopt);
}

}  // namespace
}  // namespace freshframe
