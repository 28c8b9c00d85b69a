#include <string>

#include <nlohmann/json.hpp>

#include "net/ustreamer_state.h"

#include "net_fixture.h"
#include "raw_client.h"

namespace freshframe {
namespace {

using nlohmann::json;

class UstreamerStateTest : public NetTest {
 protected:
  json state_of(const Channel& channel) {
    return json::parse(ustreamer_state_json(channel, *channel.last_published() + one_second_))
        .at("result");
  }

  std::string answer_to(const std::string& path) {
    RawClient client(connected_socket());
    client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    run_until([&] { return client.is_closed_; });
    return client.answer_;
  }

  const std::chrono::seconds one_second_{1};
};

// The keys that ustreamer's server has; what a program may look up without asking first.
TEST_F(UstreamerStateTest, HasUstreamersKeys) {
  const json state = json::parse(ustreamer_state_json(front_, {}));
  const json rest{
      {"instance_id", ""},
      {"encoder", {{"type", "CPU"}, {"quality", 0}}},
      {"source",
       {{"resolution", {{"width", 0}, {"height", 0}}},
        {"online", true},
        {"desired_fps", 0},
        {"captured_fps", 0}}},
      {"stream", {{"queued_fps", 0}, {"clients", 0}, {"clients_stat", json::object()}}}};
  EXPECT_EQ(state, json({{"ok", true}, {"result", rest}}));
}

TEST_F(UstreamerStateTest, TellsWhatTheCameraDoes) {
  front_.set_wishes({.quality_percent = 85, .frames_per_second = 29.97});
  front_.set_encoder({.name = "libjpeg-turbo"});
  front_.set_status({CameraState::kLive, {}});
  RawClient viewer(connected_socket());
  viewer.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
  run_until([&] { return front_.viewer_count() == 1; });
  front_.publish(picture(1, "12345"));
  const json state = state_of(front_);
  EXPECT_EQ(state.at("encoder"), json({{"type", "CPU"}, {"quality", 85}}));
  EXPECT_EQ(state.at("source"), json({{"resolution", {{"width", 16}, {"height", 8}}},
                                      {"online", true},
                                      {"desired_fps", 30},
                                      {"captured_fps", 1}}));
  EXPECT_EQ(state.at("stream").at("clients"), 1);
  EXPECT_EQ(state.at("stream").at("queued_fps"), 1);
}

TEST_F(UstreamerStateTest, NamesTheEncoderAsUstreamerDoes) {
  const auto type = [&](const std::string& name) {
    front_.set_encoder({.name = name});
    return json::parse(ustreamer_state_json(front_, {}))["result"]["encoder"]["type"];
  };
  EXPECT_EQ(type("camera"), "HW");
  EXPECT_EQ(type("libjpeg-turbo"), "CPU");
  EXPECT_EQ(type("bcm2835-codec-image_encode (/dev/video31)"), "M2M-IMAGE");
}

TEST_F(UstreamerStateTest, ACameraThatGivesNoPicturesIsNotOnline) {
  for (const auto& [state, is_online] : {std::pair(CameraState::kIdle, true),
                                         {CameraState::kStarting, false},
                                         {CameraState::kSettling, true},
                                         {CameraState::kLive, true},
                                         {CameraState::kStalled, false},
                                         {CameraState::kLost, false}}) {
    front_.set_status({state, {}});
    const json all = json::parse(ustreamer_state_json(front_, {}));
    EXPECT_EQ(all["result"]["source"]["online"], is_online) << to_string(state);
  }
}

TEST_F(UstreamerStateTest, IsServedForTheFirstCameraAndForEach) {
  back_.set_wishes({.quality_percent = 42});
  for (const char* path : {"/state", "/state?x=1", "/cameras/front/state"}) {
    const std::string answer = answer_to(path);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_NE(answer.find("\r\nContent-Type: application/json"), std::string::npos) << answer;
    EXPECT_NE(answer.find(R"("quality":0)"), std::string::npos) << answer;
  }
  EXPECT_NE(answer_to("/cameras/back/state").find(R"("quality":42)"), std::string::npos);
  EXPECT_TRUE(answer_to("/cameras/side/state").starts_with("HTTP/1.1 404 "));
}

}  // namespace
}  // namespace freshframe
