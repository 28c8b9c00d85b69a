#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "net_fixture.h"
#include "raw_client.h"

namespace freshframe {
namespace {

using Json = nlohmann::json;

/// The camera "front" has a brightness and a menu; "back" has none.
class ControlChangeTest : public NetTest {
 protected:
  ControlChangeTest() {
    front_.controls().on_set([this](const ControlSettings& settings, std::uint64_t revision) {
      settings_ = settings;
      set_ = values_of(settings);
      revision_ = revision;
    });
    front_.controls().set_list({{.name = "AwbMode",
                                 .type = CameraControl::Type::kMenu,
                                 .default_value = "Auto",
                                 .entries = {"Auto", "Cloudy"}},
                                {.name = "Brightness",
                                 .type = CameraControl::Type::kNumber,
                                 .minimum = -1.0,
                                 .maximum = 1.0,
                                 .default_value = 0.0,
                                 .unit = "none"}});
  }

  /// The camera has all that was set.
  ControlOutcome taken() const { return {.revision = revision_, .held = settings_}; }

  static std::string request(const std::string& method, const std::string& body = {},
                             const std::string& camera = "front", const std::string& headers = {}) {
    return method + " /api/v1/cameras/" + camera +
           "/controls HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers +
           (method == "PATCH" ? "Content-Length: " + std::to_string(body.size()) + "\r\n" : "") +
           "\r\n" + body;
  }

  std::string answer_to(const std::string& request) {
    RawClient client(connected_socket());
    client.send(request);
    run_until([&] { return client.is_closed_; });
    return client.answer_;
  }

  static int status_of(const std::string& answer) { return std::stoi(answer.substr(9, 3)); }
  static Json body_of(const std::string& answer) {
    return Json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
  }

  ControlSettings settings_;
  ControlValues set_;
  std::uint64_t revision_ = 0;
};

TEST_F(ControlChangeTest, TheListTellsWhatThereIsAndWhatItIsSetTo) {
  const std::string answer = answer_to(request("GET"));
  EXPECT_EQ(status_of(answer), 200);
  EXPECT_EQ(body_of(answer), Json::parse(R"({"camera": "front", "controls": [
      {"name": "AwbMode", "type": "menu", "default": "Auto", "entries": ["Auto", "Cloudy"],
       "value": "Auto"},
      {"name": "Brightness", "type": "number", "minimum": -1.0, "maximum": 1.0, "default": 0.0,
       "unit": "none", "value": 0.0}]})"));
  EXPECT_EQ(body_of(answer_to(request("GET", {}, "back"))),
            Json::parse(R"({"camera": "back", "controls": []})"));
  EXPECT_EQ(status_of(answer_to(request("GET", {}, "yard"))), 404);
}

TEST_F(ControlChangeTest, AChangeIsAnsweredWhenAFrameHasIt) {
  front_.controls().set_running(true);
  RawClient client(connected_socket());
  client.send(request("PATCH", R"({"Brightness": 0.5, "AwbMode": "Cloudy"})"));
  run_until([&] { return revision_ > 0; });
  EXPECT_EQ(set_, (ControlValues{{"AwbMode", "Cloudy"}, {"Brightness", 0.5}}));
  EXPECT_EQ(client.answer_, "");
  front_.controls().has_set(taken(), 42);
  run_until([&] { return client.is_closed_; });
  EXPECT_EQ(status_of(client.answer_), 200);
  const Json answer = body_of(client.answer_);
  EXPECT_EQ(answer["sequence"], 42);
  EXPECT_EQ(answer["controls"][0]["value"], "Cloudy");
  EXPECT_EQ(answer["controls"][1]["value"], 0.5);
}

TEST_F(ControlChangeTest, OfAChangeWhosePlaceALaterOneTookNoFrameIsNamed) {
  front_.controls().set_running(true);
  RawClient client(connected_socket());
  client.send(request("PATCH", R"({"Brightness": 0.5})"));
  run_until([&] { return revision_ > 0; });
  const auto later = front_.controls().change({{"Brightness", 0.6}}, [](auto) {});
  front_.controls().has_set(taken(), 42);
  run_until([&] { return client.is_closed_; });
  EXPECT_EQ(status_of(client.answer_), 200);
  const Json answer = body_of(client.answer_);
  EXPECT_EQ(answer["sequence"], Json());
  EXPECT_EQ(answer["controls"][1]["value"], 0.6) << "what it is set to";
}

TEST_F(ControlChangeTest, OfACameraThatRestsNoFrameIsNamed) {
  const std::string answer = answer_to(request("PATCH", R"({"Brightness": 1})"));
  EXPECT_EQ(status_of(answer), 200);
  EXPECT_TRUE(body_of(answer)["sequence"].is_null());
  EXPECT_EQ(set_, (ControlValues{{"Brightness", 1.0}}));
}

TEST_F(ControlChangeTest, WhatTheCameraRefusesIsAConflictThatNamesIt) {
  front_.controls().set_running(true);
  RawClient client(connected_socket());
  client.send(request("PATCH", R"({"Brightness": 0.5, "AwbMode": "Cloudy"})"));
  run_until([&] { return revision_ > 0; });
  front_.controls().has_set({.revision = revision_,
                             .held = {{"AwbMode", {"Cloudy", revision_}}},
                             .refused = {{"Brightness", revision_}}},
                            42);
  run_until([&] { return client.is_closed_; });
  EXPECT_EQ(status_of(client.answer_), 409);
  const Json error = body_of(client.answer_);
  EXPECT_EQ(error["code"], "bad-shape");
  const std::string reason = error["reason"];
  EXPECT_TRUE(reason.starts_with("the camera refuses Brightness at this moment;")) << reason;
  EXPECT_TRUE(reason.ends_with("the rest of the change is set")) << reason;
  EXPECT_EQ(set_, (ControlValues{{"AwbMode", "Cloudy"}}));
}

TEST_F(ControlChangeTest, NullMeansTheDefault) {
  answer_to(request("PATCH", R"({"Brightness": 1})"));
  answer_to(request("PATCH", R"({"Brightness": null})"));
  EXPECT_EQ(set_, (ControlValues{{"Brightness", 0.0}}));
}

TEST_F(ControlChangeTest, AnAreaIsFourWholeNumbersInAList) {
  front_.controls().set_list({{.name = "ScalerCrop",
                               .type = CameraControl::Type::kArea,
                               .minimum = Area{0, 0, 64, 48},
                               .maximum = Area{0, 0, 640, 480}}});
  EXPECT_EQ(status_of(answer_to(request("PATCH", R"({"ScalerCrop": [10, 20, 320, 240]})"))), 200);
  EXPECT_EQ(set_, (ControlValues{{"ScalerCrop", Area{10, 20, 320, 240}}}));
  const Json listed = body_of(answer_to(request("GET")))["controls"][0];
  EXPECT_EQ(listed["type"], "area");
  EXPECT_EQ(listed["minimum"], Json({0, 0, 64, 48}));
  EXPECT_EQ(listed["value"], Json({10, 20, 320, 240}));
  for (const char* wrong : {"[10, 20, 320]", "[10, 20, 320, 240, 0]", "[10, 20, 320.5, 240]", "[]",
                            "[10, 20, 320, [240]]", "[10, 20, 320, 18446744073709551615]"}) {
    const std::string body = R"({"ScalerCrop": )" + std::string(wrong) + "}";
    EXPECT_EQ(status_of(answer_to(request("PATCH", body))), 400) << wrong;
  }
  EXPECT_EQ(revision_, 1u);
}

TEST_F(ControlChangeTest, OneThatIsWrongKeepsAllFromBeingSetAndEachIsNamed) {
  const std::string answer =
      answer_to(request("PATCH", R"({"Brightness": 7, "AwbMode": "Cloudy", "Zoom": 2})"));
  EXPECT_EQ(status_of(answer), 422);
  const Json error = body_of(answer);
  EXPECT_EQ(error["type"], "error");
  EXPECT_EQ(error["code"], "bad-shape");
  EXPECT_TRUE(error["request"].is_null()) << "it answers no message";
  EXPECT_EQ(
      error["reason"],
      "Brightness must be a number from -1 to 1 none; there is no control \"Zoom\"; there are "
      "AwbMode, Brightness");
  EXPECT_EQ(revision_, 0u);
}

TEST_F(ControlChangeTest, WhereTooManyWaitTheNextIsToldToComeLater) {
  front_.controls().set_running(true);
  std::vector<CameraControls::Waiting> waiting;
  for (std::size_t i = 0; i < CameraControls::kMostWaiting; ++i) {
    waiting.push_back(*front_.controls().change({{"Brightness", 0.5}}, [](auto) {}));
  }
  const std::string answer = answer_to(request("PATCH", R"({"Brightness": 1})"));
  EXPECT_EQ(status_of(answer), 503);
  EXPECT_EQ(body_of(answer)["code"], "too-many-changes");
  EXPECT_NE(answer.find("\r\nRetry-After: 5\r\n"), std::string::npos)
      << "a change waits no longer than 5 s: " << answer;
  EXPECT_EQ(set_, (ControlValues{{"Brightness", 0.5}}));
}

TEST_F(ControlChangeTest, APartOfASecondToWaitIsAWholeOneAndOtherRefusalsNameNone) {
  limits_.snapshot_time = std::chrono::milliseconds(1'001);
  front_.controls().set_running(true);
  const std::string wrong = answer_to(request("PATCH", R"({"Brightness": 7})"));
  EXPECT_EQ(wrong.find("Retry-After"), std::string::npos) << wrong;
  std::vector<CameraControls::Waiting> waiting;
  for (std::size_t i = 0; i < CameraControls::kMostWaiting; ++i) {
    waiting.push_back(*front_.controls().change({{"Brightness", 0.5}}, [](auto) {}));
  }
  const std::string answer = answer_to(request("PATCH", R"({"Brightness": 1})"));
  EXPECT_NE(answer.find("\r\nRetry-After: 2\r\n"), std::string::npos) << answer;
}

TEST_F(ControlChangeTest, WhatIsNoObjectOfValuesIsRefused) {
  for (const char* body : {"", "[]", "{", R"({"Brightness": []})", R"({"Brightness": {"a": 1}})"}) {
    EXPECT_EQ(status_of(answer_to(request("PATCH", body))), 400) << body;
  }
  EXPECT_EQ(revision_, 0u);
}

TEST_F(ControlChangeTest, ABodyThatIsTooLargeIsRefusedBeforeItIsRead) {
  EXPECT_EQ(status_of(answer_to(request("PATCH", std::string(4097, ' ')))), 413);
  const std::string in_chunks =
      "PATCH /api/v1/cameras/front/controls HTTP/1.1\r\n"
      "Host: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(status_of(answer_to(in_chunks + "1001\r\n" + std::string(4097, ' '))), 413);
}

TEST_F(ControlChangeTest, WhoWaitsToBeToldToSendIsTold) {
  const std::string answer =
      answer_to(request("PATCH", R"({"Brightness": 1})", "front", "Expect: 100-continue\r\n"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 ")) << answer;
}

// The second request is told where it begins.
TEST_F(ControlChangeTest, TheConnectionCanBeUsedAgain) {
  std::string first = request("PATCH", R"({"Brightness": 1})");
  first.erase(first.find("Connection: close\r\n"), 19);
  const std::string answer = answer_to(first + request("GET"));
  const std::size_t second = answer.find("HTTP/1.1 200", 1);
  ASSERT_NE(second, std::string::npos) << answer;
  EXPECT_EQ(body_of(answer.substr(second))["controls"][1]["value"], 1.0);
}

TEST_F(ControlChangeTest, WhoGoesBeforeTheFrameLeavesNothingBehind) {
  front_.controls().set_running(true);
  {
    RawClient client(connected_socket());
    client.send(request("PATCH", R"({"Brightness": 1})"));
    run_until([&] { return revision_ > 0; });
  }
  front_.controls().has_set(taken(), 1);
  run_until([&] { return connections_.count() == 0; });
}

TEST_F(ControlChangeTest, AShutdownDoesNotWaitForTheFrame) {
  front_.controls().set_running(true);
  RawClient client(connected_socket());
  client.send(request("PATCH", R"({"Brightness": 1})"));
  run_until([&] { return revision_ > 0; });
  connections_.end_now();
  run_until([&] { return connections_.count() == 0 && client.is_closed_; });
}

TEST_F(ControlChangeTest, OtherMethodsAreToldWhichThereAre) {
  const std::string answer = answer_to(request("DELETE"));
  EXPECT_EQ(status_of(answer), 405);
  EXPECT_NE(answer.find("\r\nAllow: GET, HEAD, PATCH\r\n"), std::string::npos) << answer;
}

}  // namespace
}  // namespace freshframe
