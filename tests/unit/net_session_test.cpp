#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <nlohmann/json.hpp>

#include "net/session.h"

#include "deflate_bytes.h"
#include "net_session_fixture.h"
#include "raw_client.h"

namespace freshframe {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

TEST_F(SessionTest, FramesStartWithoutAWordFromTheViewer) {
  const auto ann = reading_viewer();
  run_until([&] { return front_.viewer_count() == 1; });
  front_.publish(picture(1, "an image"));
  run_until([&] { return ann->has("frame 1"); });
  EXPECT_EQ(ann->messages_, (std::vector<std::string>{"hello", "front idle", "frame 1"}));
  EXPECT_EQ(ann->last_["data"], "YW4gaW1hZ2U=");
}

TEST_F(SessionTest, HelloTellsWhatThereIsToWatch) {
  front_.set_status({CameraState::kLost, "it was unplugged"});
  const auto ann = reading_viewer("/ws?subscribe=none");
  const nlohmann::json& hello = ann->last_;
  EXPECT_EQ(hello["protocol"], "freshframe.v1.json");
  EXPECT_EQ(hello["cameras"].size(), 2u);
  EXPECT_EQ(hello["cameras"][0]["name"], "front");
  EXPECT_EQ(hello["cameras"][0]["state"], "lost");
  EXPECT_EQ(hello["cameras"][0]["reason"], "it was unplugged");
  EXPECT_TRUE(hello["cameras"][0]["width"].is_null());
  EXPECT_EQ(hello["may"], nlohmann::json::array({"watch"}));
}

TEST_F(SessionTest, AViewerMayNameItsCamera) {
  const auto ann = reading_viewer("/ws?camera=back");
  run_until([&] { return back_.viewer_count() == 1; });
  back_.publish(picture(1, "from the back"));
  run_until([&] { return ann->has("frame 1"); });
  EXPECT_EQ(front_.viewer_count(), 0u);
}

TEST_F(SessionTest, AnUnknownCameraIsRefusedBeforeTheUpgrade) {
  const auto ann = viewer("/ws?camera=attic");
  EXPECT_EQ(ann->handshake_error_, websocket::error::upgrade_declined);
  EXPECT_EQ(ann->response_.result(), beast::http::status::not_found);
}

TEST_F(SessionTest, TheFirstSubprotocolThatIsKnownIsChosen) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"freshframe.v1.json", "freshframe.v1.json"},
      {"freshframe.v1.binary, freshframe.v1.json", "freshframe.v1.binary"},
      {"chat, freshframe.v1.json, freshframe.v1.binary", "freshframe.v1.json"},
      {"chat", ""},
      {"freshframe.v2.json", ""},
  };
  for (const auto& [offered, chosen] : cases) {
    const auto ann = reading_viewer("/ws", offered);
    EXPECT_FALSE(ann->handshake_error_);
    EXPECT_EQ(ann->response_[beast::http::field::sec_websocket_protocol], chosen) << offered;
    run_until([&] { return ann->has("hello"); });
    EXPECT_EQ(ann->last_["type"] == "hello" ? ann->last_["protocol"] : nlohmann::json(chosen),
              chosen.empty() ? "freshframe.v1.json" : chosen);
  }
}

TEST_F(SessionTest, InTheBinaryFormTheImageFollowsTheHead) {
  const auto ann = reading_viewer("/ws", "freshframe.v1.binary");
  run_until([&] { return front_.viewer_count() == 1; });
  front_.publish(picture(1, "an image"));
  run_until([&] { return ann->has("frame 1"); });
  EXPECT_EQ(ann->image_, "an image");
  EXPECT_FALSE(ann->last_.contains("data"));
}

// The promise: whoever reads late gets what was on its way already, and then the newest, however
// many frames were made in between.
TEST_F(SessionTest, AViewerThatReadsLateMeetsThePresent) {
  constexpr int kFrames = 40;
  const auto late = viewer();
  run_until([&] { return front_.viewer_count() == 1; });
  const std::string filler(1'000'000, 'x');
  for (int i = 1; i <= kFrames; ++i) {
    front_.publish(picture(static_cast<std::uint64_t>(i), filler));
    loop_.restart();
    loop_.poll();
  }
  late->read_all();
  run_until([&] { return late->has("frame 40"); });
  // The frame that was being written when the viewer fell asleep, and the newest; one more when the
  // kernel took the first whole.
  EXPECT_LE(late->frames().size(), 3u);
}

TEST_F(SessionTest, AViewerThatTakesNothingIsLetGo) {
  limits_.write_time = std::chrono::milliseconds(50);
  const auto stalled = viewer();
  run_until([&] { return front_.viewer_count() == 1; });
  front_.publish(picture(1, std::string(4'000'000, 'x')));
  run_until([&] { return connections_.count() == 0; });
  EXPECT_EQ(front_.viewer_count(), 0u);
}

TEST_F(SessionTest, AStalledViewerCostsTheOthersNothing) {
  const auto stalled = viewer();
  const auto healthy = viewer();
  run_until([&] { return front_.viewer_count() == 2; });
  healthy->read_all();
  const std::string filler(2'000'000, 'x');
  front_.publish(picture(1, filler));
  run_until([&] { return healthy->has("frame 1"); });
  front_.publish(picture(2, "next"));
  run_until([&] { return healthy->has("frame 2"); });
  EXPECT_TRUE(stalled->messages_.empty());
}

// A peer whose kernel takes everything but whose program answers no ping is as good as gone.
TEST_F(SessionTest, AViewerThatAnswersNoPingIsLetGo) {
  limits_.silence_time = std::chrono::milliseconds(60);
  const auto silent = viewer();
  run_until([&] { return front_.viewer_count() == 1; });
  run_until([&] { return connections_.count() == 0; });
  EXPECT_EQ(front_.viewer_count(), 0u);
}

TEST_F(SessionTest, AViewerThatAnswersPingsStays) {
  limits_.silence_time = std::chrono::milliseconds(60);
  const auto ann = viewer();
  ann->read_all();
  int pings = 0;
  ann->socket_.control_callback([&](websocket::frame_type kind, beast::string_view) {
    pings += kind == websocket::frame_type::ping ? 1 : 0;
  });
  run_until([&] { return pings >= 5; });
  EXPECT_EQ(front_.viewer_count(), 1u);
}

TEST_F(SessionTest, AMessageThatIsTooLargeIsAnsweredAndTheStreamLivesOn) {
  const auto loud = reading_viewer();
  loud->socket_.auto_fragment(true);
  loud->say(std::string(limits_.refused_message_bytes, 'x'));
  run_until([&] { return loud->has("error too-large"); });
  loud->say(std::string(limits_.message_bytes + 1, 'x'));
  loud->say(R"({"type":"ping","client_time_us":1})");
  run_until([&] { return loud->has("pong"); });
  EXPECT_EQ(std::count(loud->messages_.begin(), loud->messages_.end(), "error too-large"), 2);
}

TEST_F(SessionTest, AMessageOfNoEndEndsTheSessionWith1009) {
  const auto loud = viewer();
  loud->read_all();
  const std::string message(limits_.refused_message_bytes + 1, 'x');
  loud->socket_.async_write(asio::buffer(message), [](error_code, std::size_t) {});
  run_until([&] { return loud->end_.failed(); });
  EXPECT_EQ(loud->socket_.reason().code, websocket::close_code::too_big) << loud->end_.message();
  run_until([&] { return connections_.count() == 0; });
}

// Else the connection is reset, and the close frame with it, before the viewer has read it.
TEST_F(SessionTest, WhatIsStillSentBehindAMistakeIsReadSoThatTheCloseFrameArrives) {
  RawClient loud(connected_socket());
  loud.send(
      "GET /ws?subscribe=none HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
      "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  run_until([&] { return loud.has("hello"); });
  constexpr unsigned kText = 0x81;
  loud.sending_ended_with_.reset();
  loud.send(client_frame(kText, std::string(8'000'000, 'x')));
  run_until([&] { return loud.sending_ended_with_.has_value(); });
  EXPECT_FALSE(loud.sending_ended_with_->failed()) << loud.sending_ended_with_->message();
  EXPECT_TRUE(loud.answer_.ends_with("\x88\x02\x03\xf1")) << "1009";
}

TEST_F(SessionTest, AMessageUpToTheLimitIsTaken) {
  const auto polite = viewer();
  polite->read_all();
  const std::string message(limits_.message_bytes, 'x');
  polite->socket_.async_write(asio::buffer(message), [](error_code, std::size_t) {});
  run_until([&] { return front_.viewer_count() == 1; });
  front_.publish(picture(1, "still here"));
  run_until([&] { return polite->has("frame 1") && polite->has("error not-json"); });
}

TEST_F(SessionTest, AStopFinishesTheFrameInFlightAndSaysGoingAway) {
  const auto ann = viewer();
  run_until([&] { return front_.viewer_count() == 1; });
  const std::string large(1'000'000, 'x');
  front_.publish(picture(1, large));
  loop_.restart();
  loop_.poll();
  const auto all_have_gone = std::make_shared<bool>(false);
  connections_.end_gently([=] { *all_have_gone = true; });
  ann->read_all();
  run_until([&] { return *all_have_gone; });
  run_until([&] { return ann->end_.failed(); });
  EXPECT_TRUE(ann->has("frame 1"));
  EXPECT_EQ(ann->last_["data"].get<std::string>().size(), (large.size() + 2) / 3 * 4);
  EXPECT_EQ(ann->socket_.reason().code, websocket::close_code::going_away);
}

TEST_F(SessionTest, AViewerThatVanishesLeavesNothingBehind) {
  {
    const auto ann = viewer();
    run_until([&] { return front_.viewer_count() == 1; });
  }
  run_until([&] { return connections_.count() == 0; });
  EXPECT_EQ(front_.viewer_count(), 0u);
}

TEST_F(SessionTest, AViewerSubscribesAndUnsubscribes) {
  const auto ann = reading_viewer("/ws?subscribe=none");
  EXPECT_EQ(front_.viewer_count() + back_.viewer_count(), 0u);
  ann->say(R"({"type":"subscribe","camera":"back"})");
  run_until([&] { return ann->has("back idle"); });
  back_.publish(picture(1, "x"));
  run_until([&] { return ann->has("frame 1"); });
  ann->say(R"({"type":"unsubscribe","camera":"back"})");
  run_until([&] { return back_.viewer_count() == 0; });
  back_.publish(picture(2, "x"));
  settle();
  EXPECT_FALSE(ann->has("frame 2"));
}

TEST_F(SessionTest, TheStatusComesBeforeThePictureThatIsThereAlready) {
  const auto ann = reading_viewer();
  const auto bob = reading_viewer();
  run_until([&] { return front_.viewer_count() == 2; });
  ann->say(R"({"type":"subscribe","camera":"front","max_fps":0})");
  run_until(
      [&] { return std::count(ann->messages_.begin(), ann->messages_.end(), "front idle") == 2; });
  front_.publish(picture(1, "x"));
  run_until([&] { return bob->has("frame 1"); });
  ann->messages_.clear();
  ann->say(R"({"type":"subscribe","camera":"front"})");
  run_until([&] { return ann->has("frame 1"); });
  EXPECT_EQ(ann->messages_.front(), "front idle");
}

TEST_F(SessionTest, OneConnectionWatchesSeveralCameras) {
  const auto ann = reading_viewer();
  ann->say(R"({"type":"subscribe","camera":"back"})");
  run_until([&] { return back_.viewer_count() == 1; });
  front_.publish(picture(1, "x"));
  back_.publish(picture(2, "x"));
  run_until([&] { return ann->has("frame 1") && ann->has("frame 2"); });
}

TEST_F(SessionTest, MaxFpsThinsAStreamOutWhileItRuns) {
  const auto ann = reading_viewer();
  // The pictures are a second apart; every second one is half a frame a second.
  ann->say(R"({"type":"subscribe","camera":"front","max_fps":0.5})");
  run_until(
      [&] { return std::count(ann->messages_.begin(), ann->messages_.end(), "front idle") == 2; });
  for (std::uint64_t sequence = 1; sequence <= 6; ++sequence) {
    front_.publish(picture(sequence, "x"));
    settle();
  }
  EXPECT_EQ(ann->frames(), (std::vector<std::string>{"frame 1", "frame 3", "frame 5"}));
  EXPECT_EQ(ann->last_["dropped"], 1);
}

// A picture that waits for credit is the newest when it leaves, whatever the rate.
TEST_F(SessionTest, MaxFpsSendsNoPictureOfThePast) {
  const auto ann = reading_viewer();
  ann->say(R"({"type":"subscribe","camera":"front","max_fps":0.1})");
  run_until(
      [&] { return std::count(ann->messages_.begin(), ann->messages_.end(), "front idle") == 2; });
  front_.publish(picture(1, "x"));
  run_until([&] { return ann->has("frame 1"); });
  // A path that is seen to take long: nothing leaves until the next acknowledgement.
  front_.publish(picture(11, "x"));
  run_until([&] { return ann->has("frame 11"); });
  ann->say(R"({"type":"ack","camera":"front","sequence":1})");
  ann->say(R"({"type":"ping","client_time_us":0})");
  run_until([&] { return ann->has("pong"); });
  for (std::uint64_t sequence = 21; sequence <= 25; ++sequence) {
    front_.publish(picture(sequence, "x"));
    settle();
  }
  EXPECT_FALSE(ann->has("frame 21"));
  ann->say(R"({"type":"ack","camera":"front","sequence":11})");
  run_until([&] { return ann->frames().size() == 3; });
  EXPECT_EQ(ann->frames().back(), "frame 25");
}

TEST_F(SessionTest, TheFirstFrameCountsForMaxFps) {
  front_.set_status({CameraState::kLive, ""});
  const auto bob = reading_viewer();  // while nobody watches there is no newest picture
  run_until([&] { return front_.viewer_count() == 1; });
  front_.publish(picture(1, "x"));
  const auto ann = reading_viewer("/ws?subscribe=none");
  ann->say(R"({"type":"subscribe","camera":"front","max_fps":0.1})");
  run_until([&] { return ann->has("frame 1"); });
  for (std::uint64_t sequence = 2; sequence <= 11; ++sequence) {
    front_.publish(picture(sequence, "x"));
    settle();
  }
  EXPECT_EQ(ann->frames(), (std::vector<std::string>{"frame 1", "frame 11"}));
}

TEST_F(SessionTest, APausedViewerCountsAsNobodyAndGoesOnWithTheNewest) {
  std::vector<bool> watched;
  front_.on_demand([&](WireForms wanted) { watched.push_back(!wanted.empty()); });
  const auto ann = reading_viewer();
  run_until([&] { return watched.size() == 1; });
  front_.set_status({CameraState::kLive, ""});
  front_.publish(picture(1, "x"));
  run_until([&] { return ann->has("frame 1"); });
  ann->say(R"({"type":"subscribe","camera":"front","max_fps":0})");
  run_until([&] { return watched.size() == 2; });
  front_.publish(picture(2, "x"));
  ann->say(R"({"type":"subscribe","camera":"front"})");
  run_until([&] { return watched.size() == 3; });
  front_.publish(picture(3, "x"));
  run_until([&] { return ann->has("frame 3"); });
  EXPECT_FALSE(ann->has("frame 2"));
  EXPECT_EQ(ann->last_["dropped"], 0) << "what came in the pause was not wanted";
  EXPECT_EQ(watched, (std::vector<bool>{true, false, true}));
  front_.on_demand(nullptr);
}

TEST_F(SessionTest, DroppedTellsWhatThisViewerMissed) {
  const auto ann = reading_viewer();
  run_until([&] { return front_.viewer_count() == 1; });
  front_.publish(picture(10, "x"));
  run_until([&] { return ann->has("frame 10"); });
  EXPECT_EQ(ann->last_["dropped"], 0);
  front_.publish(picture(14, "x"));
  run_until([&] { return ann->has("frame 14"); });
  EXPECT_EQ(ann->last_["dropped"], 3);
}

class LastPictureTest : public SessionTest {
 protected:
  /// Frame 7 was shown to somebody, who has left.
  void SetUp() override {
    SessionTest::SetUp();
    const auto ann = reading_viewer();
    run_until([&] { return front_.viewer_count() == 1; });
    front_.publish(picture(7, "x"));
    run_until([&] { return ann->has("frame 7"); });
    ann->socket_.next_layer().close();
    run_until([&] { return front_.viewer_count() == 0; });
  }
};

TEST_F(LastPictureTest, WhoAsksForItIsGivenItWithItsMark) {
  const auto bob = reading_viewer("/ws?camera=front&last_picture=true");
  run_until([&] { return bob->has("frame 7"); });
  EXPECT_TRUE(bob->last_of("frame").contains("stale_us"));
  EXPECT_EQ(bob->last_of("frame")["dropped"], 0);
  front_.publish(picture(20, "x"));
  run_until([&] { return bob->has("frame 20"); });
  EXPECT_FALSE(bob->last_of("frame").contains("stale_us"));
  EXPECT_EQ(bob->last_of("frame")["dropped"], 0)
      << "between the past and the present none is missed";
  front_.publish(picture(22, "x"));
  run_until([&] { return bob->has("frame 22"); });
  EXPECT_EQ(bob->last_of("frame")["dropped"], 1);
}

TEST_F(LastPictureTest, ItMayBeAskedForByMessageAndInTheBinaryForm) {
  const auto bob = reading_viewer("/ws?subscribe=none", "freshframe.v1.binary");
  bob->say(R"({"type":"subscribe","camera":"front","last_picture":true})");
  run_until([&] { return bob->has("frame 7"); });
  EXPECT_TRUE(bob->last_of("frame").contains("stale_us"));
  EXPECT_EQ(bob->image_, "x");
}

// The first of them begins the camera, and until that gives a picture the last one is all there is.
TEST_F(LastPictureTest, EachWhoComesIsGivenItInTheFormOfHisOwn) {
  const auto bob = reading_viewer("/ws?last_picture=true");
  run_until([&] { return bob->has("frame 7"); });
  const auto cleo = reading_viewer("/ws?last_picture=true", "freshframe.v1.binary");
  run_until([&] { return cleo->has("frame 7"); });
  EXPECT_TRUE(cleo->last_of("frame").contains("stale_us"));
  EXPECT_EQ(cleo->image_, "x");
  front_.publish(picture(8, "y", {WireForm::kJson}));
  run_until([&] { return bob->has("frame 8") && cleo->has("frame 8"); });
  EXPECT_FALSE(cleo->last_of("frame").contains("stale_us"));
  EXPECT_EQ(cleo->image_, "y");
  const auto dan = reading_viewer("/ws?last_picture=true", "freshframe.v1.binary");
  run_until([&] { return dan->has("frame 8"); });
  EXPECT_FALSE(dan->last_of("frame").contains("stale_us")) << "the present, as others are given it";
  EXPECT_EQ(dan->image_, "y");
}

// Old clients, which would take it for the present.
TEST_F(LastPictureTest, WhoDoesNotAskIsNotGivenIt) {
  const auto bob = reading_viewer();
  const auto cleo = reading_viewer("/ws?last_picture=false");
  run_until([&] { return front_.viewer_count() == 2; });
  front_.publish(picture(8, "x"));
  run_until([&] { return bob->has("frame 8") && cleo->has("frame 8"); });
  EXPECT_EQ(bob->frames(), std::vector<std::string>{"frame 8"});
  EXPECT_EQ(cleo->frames(), std::vector<std::string>{"frame 8"});
}

// A limit of frames a second counts frames of the present.
TEST_F(LastPictureTest, ItTakesNoPlaceOfALimitedRate) {
  const auto bob = reading_viewer("/ws?subscribe=none");
  bob->say(R"({"type":"subscribe","camera":"front","max_fps":0.001,"last_picture":true})");
  run_until([&] { return bob->has("frame 7"); });
  front_.publish(picture(8, "x"));
  run_until([&] { return bob->has("frame 8"); });
}

TEST_F(SessionTest, AViewerThatAcknowledgesIsSentTheNextWhenItHasShownTheLast) {
  const auto ann = reading_viewer();
  run_until([&] { return front_.viewer_count() == 1; });
  front_.publish(picture(1, "x"));
  run_until([&] { return ann->has("frame 1"); });
  ann->say(R"({"type":"ack","camera":"front","sequence":1})");
  // So that the acknowledgement has been read: the pong is written after it.
  ann->say(R"({"type":"ping","client_time_us":0})");
  run_until([&] { return ann->has("pong"); });
  front_.publish(picture(2, "x"));
  run_until([&] { return ann->has("frame 2"); });
  for (std::uint64_t sequence = 3; sequence <= 50; ++sequence) {
    front_.publish(picture(sequence, "x"));
    settle();
  }
  const std::size_t unacknowledged = ann->frames().size() - 1;
  EXPECT_LE(unacknowledged, 4u);
  const std::uint64_t waited_before = front_.deliveries().waited_for_credit;
  const std::uint64_t shown = ann->last_["sequence"];
  ann->say(R"({"type":"ack","camera":"front","sequence":)" + std::to_string(shown) + "}");
  run_until([&] { return ann->has("frame 50"); });
  EXPECT_EQ(front_.deliveries().waited_for_credit, waited_before + 1);
}

TEST_F(SessionTest, AViewerWithoutCreditStillGetsItsAnswersAndItsStatus) {
  const auto ann = reading_viewer();
  run_until([&] { return front_.viewer_count() == 1; });
  front_.publish(picture(1, "x"));
  run_until([&] { return ann->has("frame 1"); });
  ann->say(R"({"type":"ack","camera":"front","sequence":1})");
  ann->say(R"({"type":"ping","client_time_us":1})");
  run_until([&] { return ann->has("pong"); });
  for (std::uint64_t sequence = 2; sequence <= 50; ++sequence) {
    front_.publish(picture(sequence, "x"));
    settle();
  }
  front_.set_status({CameraState::kStalled, "no frames"});
  ann->say(R"({"type":"ping","client_time_us":2})");
  run_until([&] {
    return ann->has("front stalled") &&
           std::count(ann->messages_.begin(), ann->messages_.end(), "pong") == 2;
  });
}

TEST_F(SessionTest, APongTellsWhenThePingCameAndWhenItLeft) {
  const auto ann = reading_viewer();
  const auto before = unix_now().time_since_epoch().count();
  ann->say(R"({"type":"ping","client_time_us":123,"id":"clock"})");
  run_until([&] { return ann->has("pong"); });
  const auto after = unix_now().time_since_epoch().count();
  EXPECT_EQ(ann->last_["client_time_us"], 123);
  EXPECT_EQ(ann->last_["id"], "clock");
  EXPECT_LE(before, ann->last_["received_us"]);
  EXPECT_LE(ann->last_["received_us"], ann->last_["sent_us"]);
  EXPECT_LE(ann->last_["sent_us"], after);
}

TEST_F(SessionTest, AWrongMessageIsAnsweredAndTheStreamLivesOn) {
  const auto ann = reading_viewer();
  ann->say(R"({"type":"subscribe","camera":"attic","id":4})");
  run_until([&] { return ann->has("error unknown-camera"); });
  EXPECT_EQ(ann->last_["request"], "subscribe");
  EXPECT_EQ(ann->last_["id"], 4);
  ann->say(R"({"type":"unsubscribe","camera":"back"})");
  run_until([&] { return ann->has("error not-subscribed"); });
  ann->say("hello?");
  run_until([&] { return ann->has("error not-json"); });
  front_.publish(picture(1, "x"));
  run_until([&] { return ann->has("frame 1"); });
}

TEST_F(SessionTest, ABinaryMessageIsRefused) {
  const auto ann = reading_viewer();
  ann->socket_.binary(true);
  ann->say("\x01\x02");
  run_until([&] { return ann->has("error not-text"); });
}

// Beast looks for it where a frame with a payload ends, and not at an empty one.
TEST_F(SessionTest, TextThatEndsWithinACharacterBehindAnEmptyFrameEndsTheSessionWith1007) {
  const auto ann = reading_viewer();
  // RFC 6455, section 5.3: a mask of zeros changes nothing.
  ann->send_raw(std::string("\x01\x83\0\0\0\0\xF0\x9F\x8E\x80\x80\0\0\0\0", 15));
  run_until([&] { return ann->end_.failed(); });
  EXPECT_EQ(ann->socket_.reason().code, websocket::close_code::bad_payload);
}

TEST_F(SessionTest, OneThatSendsNothingButWrongMessagesIsEndedWith4001) {
  const auto ann = reading_viewer();
  for (int i = 0; i < 20; ++i) {
    ann->say("nonsense");
  }
  run_until([&] { return ann->end_.failed(); });
  EXPECT_EQ(static_cast<int>(ann->socket_.reason().code), 4001);
}

TEST_F(SessionTest, ThereIsAMostOfSubscriptions) {
  for (int i = 0; i < 20; ++i) {
    hub_.add("extra" + std::to_string(i), "a test");
  }
  const auto ann = reading_viewer("/ws?subscribe=none");
  for (int i = 0; i < 17; ++i) {
    ann->say(R"({"type":"subscribe","camera":"extra)" + std::to_string(i) + R"("})");
  }
  run_until([&] { return ann->has("error too-many-subscriptions"); });
  EXPECT_TRUE(ann->has("extra15 idle"));
  EXPECT_FALSE(ann->has("extra16 idle"));
}

}  // namespace
}  // namespace freshframe
