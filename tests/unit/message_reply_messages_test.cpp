#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "message/reply_messages.h"

#include "golden.h"

namespace freshframe {
namespace {

using Code = ProtocolError::Code;

UnixTime time_of(const nlohmann::json& microseconds) {
  return UnixTime{std::chrono::microseconds{microseconds}};
}

/// All of them, under the names that they have in an error message.
std::map<std::string, Code> codes() {
  std::map<std::string, Code> codes;
  // A number that is no code has the name of one that was there before.
  for (int number = 0; codes.emplace(to_string(Code{number}), Code{number}).second; ++number) {
  }
  return codes;
}

std::string id_of(const nlohmann::json& message) {
  return message.contains("id") ? message["id"].dump() : "";
}

TEST(ReplyMessagesTest, AHelloIsItsGoldenMessageToTheLetter) {
  for (const char* name : {"valid/hello.json", "valid/hello-binary.json",
                           "valid/hello-with-a-camera-to-publish-to.json"}) {
    const std::string golden = golden_message(name);
    const auto parsed = nlohmann::json::parse(golden);
    const std::vector<CameraStatus> statuses{
        {CameraState::kLive, parsed["cameras"][0]["reason"]},
        {CameraState::kLost, parsed["cameras"][1]["reason"]},
        {CameraState::kIdle, parsed["cameras"][2]["reason"]},
    };
    const std::vector<CameraGreeting> cameras{
        {.name = "front", .width_px = 1280, .height_px = 720, .status = statuses[0]},
        {.name = "door", .status = statuses[1]},
        {.name = "yard", .width_px = 640, .height_px = 480, .status = statuses[2]},
    };
    const std::string protocol = parsed["protocol"];
    const std::string server = parsed["server"];
    EXPECT_EQ(make_hello_message(protocol, server, time_of(parsed["server_time_us"]), cameras,
                                 {.publish = parsed["may"].size() == 2})
                  .view(),
              golden);
  }
}

TEST(ReplyMessagesTest, AnErrorOfEveryCodeIsItsGoldenMessageToTheLetter) {
  const std::map<std::string, Code> all = codes();
  EXPECT_EQ(all.size(), 27u);
  for (const auto& [name, code] : all) {
    const std::string golden = golden_message("valid/error-" + name + ".json");
    const auto parsed = nlohmann::json::parse(golden);
    const ProtocolError error{
        .code = code,
        .reason = parsed["reason"],
        .request = parsed["request"].is_null() ? "" : parsed["request"].get<std::string>(),
        .id_json = id_of(parsed)};
    EXPECT_EQ(make_error_message(error).view(), golden);
  }
}

TEST(ReplyMessagesTest, ACreditIsItsGoldenMessageToTheLetter) {
  for (const char* name : {"valid/credit.json", "valid/credit-with-id.json"}) {
    const std::string golden = golden_message(name);
    const auto parsed = nlohmann::json::parse(golden);
    const std::string camera = parsed["camera"];
    EXPECT_EQ(make_credit_message(camera, parsed["frames"], id_of(parsed)).view(), golden);
  }
}

TEST(ReplyMessagesTest, APongIsItsGoldenMessageToTheLetter) {
  for (const char* name : {"valid/pong.json", "valid/pong-with-id.json"}) {
    const std::string golden = golden_message(name);
    const auto parsed = nlohmann::json::parse(golden);
    const PingMessage ping{.client_time_us = parsed["client_time_us"]};
    EXPECT_EQ(make_pong_message(ping, id_of(parsed), time_of(parsed["received_us"]),
                                time_of(parsed["sent_us"]))
                  .view(),
              golden);
  }
}

}  // namespace
}  // namespace freshframe
