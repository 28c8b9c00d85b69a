#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>

#include "net/session_controls.h"

#include "golden.h"
#include "net_session_fixture.h"

namespace freshframe {
namespace {

/// The camera "front" has a brightness, and runs.
class SessionControlsTest : public SessionTest {
 protected:
  SessionControlsTest() {
    front_.controls().on_set([this](const ControlSettings& settings, std::uint64_t revision) {
      settings_ = settings;
      set_ = values_of(settings);
      revision_ = revision;
    });
    front_.controls().set_list({{.name = "Brightness",
                                 .type = CameraControl::Type::kNumber,
                                 .minimum = -1.0,
                                 .maximum = 1.0,
                                 .default_value = 0.0}});
    front_.controls().set_running(true);
  }

  /// The camera has all that was set.
  ControlOutcome taken() const { return {.revision = revision_, .held = settings_}; }

  static std::string set_to(const std::string& value, int id = 7) {
    return R"({"type":"set-controls","camera":"front","values":{"Brightness":)" + value +
           R"(},"id":)" + std::to_string(id) + "}";
  }

  /// Makes it certain that `client` was told everything so far.
  void hear_out(Client& client) {
    const auto pongs = client.count("pong");
    client.say(R"({"type":"ping","client_time_us":1})");
    run_until([&] { return client.count("pong") > pongs; });
  }

  static constexpr const char* kGet = R"({"type":"get-controls","camera":"front","id":"a"})";

  ControlSettings settings_;
  ControlValues set_;
  std::uint64_t revision_ = 0;
};

TEST_F(SessionControlsTest, WhoAsksIsToldTheListAndItsValues) {
  const auto ann = reading_viewer("/ws?subscribe=none");
  ann->say(kGet);
  run_until([&] { return ann->has("controls"); });
  EXPECT_EQ(ann->last_, nlohmann::json::parse(R"({"type":"controls","camera":"front","controls":[
      {"name":"Brightness","type":"number","minimum":-1.0,"maximum":1.0,"default":0.0,"value":0.0}],
      "id":"a"})"));
}

TEST_F(SessionControlsTest, AChangeIsAnsweredWhenAFrameHasIt) {
  const auto ann = reading_viewer("/ws?subscribe=none");
  ann->say(set_to("0.5"));
  run_until([&] { return revision_ > 0; });
  EXPECT_EQ(set_, (ControlValues{{"Brightness", 0.5}}));
  hear_out(*ann);
  EXPECT_FALSE(ann->has("controls"));
  front_.controls().has_set(taken(), 4711);
  run_until([&] { return ann->has("controls"); });
  EXPECT_EQ(ann->last_,
            nlohmann::json::parse(golden_message("valid/controls-after-a-change.json")));
}

TEST_F(SessionControlsTest, OfAChangeWhosePlaceALaterOneTookNoFrameIsNamed) {
  const auto ann = reading_viewer("/ws?subscribe=none");
  ann->say(set_to("0.4", 6));
  ann->say(set_to("0.5", 7));
  run_until([&] { return revision_ > 1; });
  front_.controls().has_set(taken(), 4711);
  run_until([&] { return ann->count("controls") == 2; });
  EXPECT_EQ(ann->whole_.end()[-2], nlohmann::json::parse(golden_message(
                                       "valid/controls-after-a-change-that-was-overtaken.json")));
  EXPECT_EQ(ann->last_,
            nlohmann::json::parse(golden_message("valid/controls-after-a-change.json")));
}

TEST_F(SessionControlsTest, OfACameraThatRestsNoFrameIsNamed) {
  front_.controls().set_running(false);
  const auto ann = reading_viewer("/ws?subscribe=none");
  ann->say(R"({"type":"set-controls","camera":"front","values":{"Brightness":0.5}})");
  run_until([&] { return ann->has("controls"); });
  EXPECT_EQ(ann->last_,
            nlohmann::json::parse(golden_message("valid/controls-after-a-change-at-rest.json")));
}

// Nothing else happens that could wake the session.
TEST_F(SessionControlsTest, NobodyWaitsForEverForAFrame) {
  limits_.snapshot_time = std::chrono::milliseconds(1);
  const auto ann = reading_viewer("/ws?subscribe=none");
  ann->say(set_to("0.5"));
  run_until([&] { return ann->has("controls"); });
  EXPECT_TRUE(ann->last_["sequence"].is_null());
  EXPECT_EQ(ann->last_["id"], 7);
  front_.controls().has_set(taken(), 9);
  hear_out(*ann);
  EXPECT_EQ(ann->count("controls"), 1u);
}

TEST_F(SessionControlsTest, WhatIsWrongSetsNothingAndIsSaid) {
  const auto ann = reading_viewer("/ws?subscribe=none");
  ann->say(set_to("2"));
  run_until([&] { return ann->has("error bad-shape"); });
  EXPECT_EQ(ann->last_["reason"], "Brightness must be a number from -1 to 1");
  EXPECT_EQ(ann->last_["request"], "set-controls");
  EXPECT_EQ(ann->last_["id"], 7);
  EXPECT_EQ(revision_, 0u);
}

TEST_F(SessionControlsTest, WhatTheCameraRefusesIsAnErrorAndNewsOfWhatItKept) {
  const auto ann = reading_viewer("/ws");
  const auto bob = reading_viewer("/ws?subscribe=none");
  ann->say(kGet);
  run_until([&] { return ann->has("controls"); });
  bob->say(set_to("0.5"));
  run_until([&] { return ann->count("controls") == 2; });
  front_.controls().has_set({.revision = revision_, .refused = {{"Brightness", revision_}}}, 9);
  run_until([&] { return bob->has("error bad-shape"); });
  EXPECT_EQ(bob->last_, nlohmann::json::parse(golden_message("valid/error-control-refused.json")));
  EXPECT_FALSE(bob->has("controls"));
  run_until([&] { return ann->count("controls") == 3; });
  EXPECT_EQ(ann->last_["controls"][0]["value"], 0.0);
}

// A camera may refuse one value after the other, and nobody could have known.
TEST_F(SessionControlsTest, ARefusalOfTheCamerasIsNoMistakeOfWhoSets) {
  const auto ann = reading_viewer("/ws?subscribe=none");
  for (std::size_t i = 1; i <= 30; ++i) {
    ann->say(set_to("0.5"));
    run_until([&] { return set_.contains("Brightness"); });
    front_.controls().has_set({.revision = revision_, .refused = {{"Brightness", revision_}}}, i);
    run_until([&] { return ann->count("error bad-shape") == i; });
  }
  hear_out(*ann);
}

TEST_F(SessionControlsTest, OneSessionMayWaitForFourOnly) {
  const auto ann = reading_viewer("/ws?subscribe=none");
  for (int id = 1; id <= 5; ++id) {
    ann->say(set_to("0.5", id));
  }
  run_until([&] { return ann->has("error too-many-changes"); });
  EXPECT_EQ(ann->last_["id"], 5);
  front_.controls().has_set(taken(), 3);
  run_until([&] { return ann->count("controls") == SessionControls::kMostPending; });
  ann->say(set_to("0.6"));
  run_until([&] { return set_ == ControlValues{{"Brightness", 0.6}}; });
}

TEST_F(SessionControlsTest, WhoAskedAndWatchesIsToldWhatOthersSet) {
  const auto ann = reading_viewer("/ws");
  const auto bob = reading_viewer("/ws");
  const auto eve = reading_viewer("/ws?subscribe=none");
  for (Client* client : {ann.get(), eve.get()}) {
    client->say(kGet);
    run_until([&] { return client->has("controls"); });
  }
  bob->say(set_to("0.5"));
  run_until([&] { return ann->count("controls") == 2; });
  EXPECT_EQ(ann->last_["controls"][0]["value"], 0.5);
  EXPECT_FALSE(ann->last_.contains("id"));
  EXPECT_FALSE(ann->last_.contains("sequence"));
  hear_out(*bob);
  EXPECT_FALSE(bob->has("controls")) << "he did not ask, and no frame has it yet";
  hear_out(*eve);
  EXPECT_EQ(eve->count("controls"), 1u) << "she does not watch";
}

TEST_F(SessionControlsTest, WhoSetsSomethingIsToldByTheAnswerOnly) {
  const auto ann = reading_viewer("/ws");
  ann->say(kGet);
  ann->say(set_to("0.5"));
  run_until([&] { return revision_ > 0; });
  front_.controls().has_set(taken(), 1);
  run_until([&] { return ann->count("controls") == 2; });
  hear_out(*ann);
  EXPECT_EQ(ann->count("controls"), 2u);
}

TEST_F(SessionControlsTest, AnotherCameraInItsPlaceIsNews) {
  const auto ann = reading_viewer("/ws");
  ann->say(kGet);
  run_until([&] { return ann->has("controls"); });
  front_.controls().set_list({});
  run_until([&] { return ann->count("controls") == 2; });
  EXPECT_TRUE(ann->last_["controls"].empty());
}

TEST_F(SessionControlsTest, WhoGoesBeforeTheFrameLeavesNothingBehind) {
  {
    const auto ann = reading_viewer("/ws");
    ann->say(kGet);
    ann->say(set_to("0.5"));
    run_until([&] { return revision_ > 0; });
  }
  run_until([&] { return connections_.count() == 0; });
  front_.controls().has_set(taken(), 1);
  front_.controls().set_list({});
}

}  // namespace
}  // namespace freshframe
