#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "message/client_message.h"

#include "golden.h"

namespace freshframe {
namespace {

using Code = ProtocolError::Code;

Code code_of(std::string_view text) {
  const auto message = parse_client_message(text);
  EXPECT_FALSE(message) << text;
  return message ? Code::kNotText : message.error().code;
}

TEST(ClientMessageTest, EveryMessageIsReadWithItsMembers) {
  const auto subscribe =
      parse_client_message(R"({"type":"subscribe","camera":"front","max_fps":2.5,"id":"a"})");
  ASSERT_TRUE(subscribe);
  EXPECT_EQ(std::get<SubscribeMessage>(subscribe->body).camera, "front");
  EXPECT_EQ(std::get<SubscribeMessage>(subscribe->body).max_fps, 2.5);
  EXPECT_EQ(subscribe->id_json, "\"a\"");

  const auto unsubscribe = parse_client_message(R"({"type":"unsubscribe","camera":"front"})");
  ASSERT_TRUE(unsubscribe);
  EXPECT_EQ(std::get<UnsubscribeMessage>(unsubscribe->body).camera, "front");
  EXPECT_EQ(unsubscribe->id_json, "");

  const auto ack =
      parse_client_message(R"({"type":"ack","camera":"front","sequence":18446744073709551615})");
  ASSERT_TRUE(ack);
  EXPECT_EQ(std::get<AckMessage>(ack->body).sequence, 18'446'744'073'709'551'615u);

  const auto ping = parse_client_message(R"({"type":"ping","client_time_us":-5,"id":-1})");
  ASSERT_TRUE(ping);
  EXPECT_EQ(std::get<PingMessage>(ping->body).client_time_us, -5);
  EXPECT_EQ(ping->id_json, "-1");
}

TEST(ClientMessageTest, WithoutAMaxFpsThereIsNoLimit) {
  const auto subscribe = parse_client_message(R"({"type":"subscribe","camera":"front"})");
  ASSERT_TRUE(subscribe);
  EXPECT_EQ(std::get<SubscribeMessage>(subscribe->body).max_fps, std::nullopt);
}

TEST(ClientMessageTest, TheAnswerToAWrongMessageNamesTheRequestAndItsId) {
  const auto refused = parse_client_message(R"({"type":"subscribe","id":7})");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().request, "subscribe");
  EXPECT_EQ(refused.error().id_json, "7");
  EXPECT_NE(refused.error().reason.find("\"camera\""), std::string::npos);
}

// What a peer sent does not come back in an answer, nor into a log that quotes it.
TEST(ClientMessageTest, AnUnknownTypeIsNotEchoed) {
  const auto refused = parse_client_message(R"({"type":"<script>"})");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kUnknownType);
  EXPECT_EQ(refused.error().request, "");
}

TEST(ClientMessageTest, NestingHasALimit) {
  const auto nested = [](std::size_t levels) {
    return R"({"type":"ping","client_time_us":1,"x":)" + std::string(levels - 1, '[') +
           std::string(levels - 1, ']') + "}";
  };
  EXPECT_TRUE(parse_client_message(nested(8)));
  EXPECT_EQ(code_of(nested(9)), Code::kTooDeep);
  EXPECT_EQ(code_of(std::string(4000, '[')), Code::kTooDeep);
}

TEST(ClientMessageTest, ATimeThatDoesNotFitIsRefusedAndNotBent) {
  EXPECT_TRUE(parse_client_message(R"({"type":"ping","client_time_us":9223372036854775807})"));
  EXPECT_EQ(code_of(R"({"type":"ping","client_time_us":9223372036854775808})"), Code::kBadShape);
}

TEST(ClientMessageTest, AZeroByteEndsNoMessage) {
  using namespace std::string_literals;
  EXPECT_EQ(code_of("{\"type\":\"ping\",\"client_time_us\":1}\0 and more"s), Code::kNotJson);
  EXPECT_EQ(code_of("\0"s), Code::kNotJson);
}

TEST(ClientMessageTest, EveryPrefixOfAMessageIsRefused) {
  const std::string whole = R"({"type":"ack","camera":"front","sequence":4711})";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_EQ(code_of(whole.substr(0, length)), Code::kNotJson) << length;
  }
}

// A server that does not know the member ignores it, and so this is none of the golden messages.
TEST(ClientMessageTest, SubscribeSaysWhetherTheLastPictureIsWanted) {
  const auto wants =
      parse_client_message(golden_message("client/valid/subscribe-with-last-picture.json"));
  ASSERT_TRUE(wants);
  EXPECT_TRUE(std::get<SubscribeMessage>(wants->body).wants_last_picture);
  const auto plain = parse_client_message(golden_message("client/valid/subscribe.json"));
  ASSERT_TRUE(plain);
  EXPECT_FALSE(std::get<SubscribeMessage>(plain->body).wants_last_picture);
  EXPECT_EQ(code_of(R"({"type":"subscribe","camera":"front","last_picture":"true"})"),
            Code::kBadShape);
}

TEST(ClientMessageTest, PublishNamesTheCameraAndWhetherToTakeItOver) {
  const auto plain = parse_client_message(golden_message("publisher/valid/publish.json"));
  ASSERT_TRUE(plain);
  EXPECT_EQ(std::get<PublishMessage>(plain->body).camera, "front");
  EXPECT_FALSE(std::get<PublishMessage>(plain->body).takes_over);
  const auto claims =
      parse_client_message(golden_message("publisher/valid/publish-with-takeover.json"));
  ASSERT_TRUE(claims);
  EXPECT_TRUE(std::get<PublishMessage>(claims->body).takes_over);
  EXPECT_EQ(claims->id_json, "7");
  for (const char* name : {"publish-without-camera", "publish-takeover-is-text"}) {
    const std::string file = std::string("publisher/invalid/bad-shape--") + name + ".json";
    EXPECT_EQ(code_of(golden_message(file)), Code::kBadShape) << name;
  }
}

TEST(ClientMessageTest, ControlsAreSetToValuesOfTheirTypesOrToTheirDefaults) {
  const auto get = parse_client_message(golden_message("client/valid/get-controls.json"));
  ASSERT_TRUE(get);
  EXPECT_EQ(std::get<GetControlsMessage>(get->body).camera, "front");
  const auto set = parse_client_message(golden_message("client/valid/set-controls.json"));
  ASSERT_TRUE(set);
  EXPECT_EQ(std::get<SetControlsMessage>(set->body).camera, "front");
  EXPECT_EQ(std::get<SetControlsMessage>(set->body).values,
            (ControlChanges{{"AeEnable", false},
                            {"AwbMode", "AwbCloudy"},
                            {"Brightness", 0.25},
                            {"ExposureTime", std::int64_t{10000}},
                            {"Contrast", std::nullopt}}));
  EXPECT_EQ(set->id_json, "7");
}

TEST(ClientMessageTest, TheGoldenMessagesAreTakenAndRefusedAsTheirNamesSay) {
  const std::filesystem::path folder = "proto/golden/client";
  int taken = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "valid")) {
    const std::string name = "client/valid/" + entry.path().filename().string();
    EXPECT_TRUE(parse_client_message(golden_message(name))) << name;
    ++taken;
  }
  int refused = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "invalid")) {
    const std::string file = entry.path().filename().string();
    const std::string expected = file.substr(0, file.find("--"));
    if (expected.starts_with("unknown-camera") || expected.starts_with("not-subscribed") ||
        expected.starts_with("too-many") || expected.starts_with("not-text") ||
        expected.starts_with("too-large")) {
      continue;  // the session finds these; the conformance runner tries them
    }
    EXPECT_EQ(to_string(code_of(golden_message("client/invalid/" + file))), expected) << file;
    ++refused;
  }
  EXPECT_GT(taken, 0);
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace freshframe
