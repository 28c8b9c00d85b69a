#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/websocket.hpp>
#include <nlohmann/json.hpp>

#include "message/base64.h"
#include "net/session.h"

#include "deflate_bytes.h"
#include "net_session_fixture.h"
#include "small_jpeg.h"

namespace freshframe {
namespace {

namespace websocket = boost::beast::websocket;

std::string base64(std::string_view bytes) {
  std::string text(base64_size(bytes.size()), '?');
  base64_encode(std::as_bytes(std::span(bytes)), text.data());
  return text;
}

std::string frame_of(std::string_view image, const std::string& members = {}) {
  return R"({"type":"frame",)" + members + R"("data":")" + base64(image) + "\"}";
}

const std::string kGif = "GIF89a" + std::string(100, '\0');

constexpr const char* kClaim = R"({"type":"publish","camera":"vision"})";
constexpr const char* kTakeOver = R"({"type":"publish","camera":"vision","takeover":true})";

/// A session that publishes to the camera "vision". "front" and "back" are no cameras for that.
class PublishingSessionTest : public SessionTest {
 protected:
  PublishingSessionTest()
      : vision_(hub_.add("vision", "published")), attic_(hub_.add("attic", "published")) {
    published_.add(loop_, vision_);
    published_.add(loop_, attic_);
  }

  std::unique_ptr<Client> program() { return reading_viewer("/ws?subscribe=none"); }

  /// A program that has claimed the camera and was given credit.
  std::unique_ptr<Client> publisher(const char* claim = kClaim) {
    auto client = program();
    say(*client, claim, "credit");
    return client;
  }

  /// Says `text`, and waits for one answer more of the kind.
  void say(Client& client, std::string text, const std::string& answer) {
    const std::size_t before = client.count(answer);
    client.say(std::move(text));
    run_until([&] { return client.count(answer) > before; });
  }

  /// Sends a frame and waits until it was looked into.
  void publish(Client& client, std::string message) {
    const std::uint64_t before = looked_into();
    client.say(std::move(message));
    run_until([&] { return looked_into() > before; });
  }

  std::uint64_t looked_into() const {
    const FrameCounters& counters = vision_.counters();
    std::uint64_t count = counters.encoded;
    for (const EncodeError error : FrameCounters::kEncodeErrors) {
      count += counters.dropped_for(error);
    }
    return count;
  }

  /// How many frames the server has allowed in all.
  static int granted(const Client& client) {
    int frames = 0;
    for (const nlohmann::json& message : client.whole_) {
      if (message["type"] == "credit") {
        frames += message["frames"].get<int>();
      }
    }
    return frames;
  }

  /// The session answers still, and has not been ended.
  void expect_answers(Client& client) {
    say(client, R"({"type":"ping","client_time_us":1})", "pong");
    EXPECT_FALSE(client.end_.failed());
  }

  Channel& vision_;
  Channel& attic_;
};

TEST_F(PublishingSessionTest, HelloSaysThatOneMayPublish) {
  const auto ann = program();
  EXPECT_EQ(ann->last_["may"], nlohmann::json::array({"watch", "publish"}));
}

TEST_F(PublishingSessionTest, AClaimIsAnsweredWithCreditAndItsId) {
  const auto ann = program();
  say(*ann, R"({"type":"publish","camera":"vision","id":"first"})", "credit");
  EXPECT_EQ(
      ann->last_,
      (nlohmann::json{{"type", "credit"}, {"camera", "vision"}, {"frames", 1}, {"id", "first"}}));
  EXPECT_EQ(vision_.status().state, CameraState::kStarting);
}

TEST_F(PublishingSessionTest, FramesComeAsTextAsAFileAndInTheBinaryForm) {
  const auto ann = publisher();
  publish(*ann, frame_of(small_jpeg(20)));
  EXPECT_EQ(vision_.counters().encoded, 1u);
  publish(*ann, frame_of(large_jpeg(50'000)));
  EXPECT_EQ(vision_.counters().encoded, 2u);
  ann->socket_.binary(true);
  publish(*ann, small_jpeg(30));
  EXPECT_EQ(vision_.counters().encoded, 3u);
  const std::string head = R"({"type":"frame"})";
  publish(*ann, std::string("\0\0\0", 3) + static_cast<char>(head.size()) + head + small_jpeg(40));
  EXPECT_EQ(vision_.counters().encoded, 4u);
  EXPECT_EQ(looked_into(), 4u);
}

TEST_F(PublishingSessionTest, FramesMayBeCompressed) {
  auto ann = std::make_unique<Client>(connected_socket());
  websocket::permessage_deflate compressed;
  compressed.client_enable = true;
  compressed.msg_size_threshold = 0;
  ann->socket_.set_option(compressed);
  ann->shake_hands(authority(), "/ws?subscribe=none");
  run_until([&] { return ann->handshake_is_done_; });
  ann->read_all();
  say(*ann, kClaim, "credit");
  publish(*ann, frame_of(small_jpeg()));
  publish(*ann, frame_of(large_jpeg(500'000)));
  ann->socket_.binary(true);
  publish(*ann, large_jpeg(500'000));
  EXPECT_EQ(vision_.counters().encoded, 3u);
  ann->socket_.binary(false);
  expect_answers(*ann);
}

TEST_F(PublishingSessionTest, AFrameThatIsSaidToBeCompressedAndIsNotIsRefused) {
  const auto ann = compressing_viewer();
  say(*ann, kClaim, "credit");
  ann->send_raw(client_frame(0xC2, "\xff\xff\xff\xff"));
  run_until([&] { return ann->has("error not-json"); });
  expect_answers(*ann);
}

TEST_F(PublishingSessionTest, AClaimThatCannotBeIsRefusedWithItsId) {
  const auto ann = program();
  say(*ann, R"({"type":"publish","camera":"cellar","id":1})", "error unknown-camera");
  EXPECT_EQ(ann->last_["id"], 1);
  EXPECT_EQ(ann->last_["request"], "publish");
  say(*ann, R"({"type":"publish","camera":"front","id":2})", "error not-publishable");
  EXPECT_EQ(ann->last_["id"], 2);
  const auto bob = publisher();
  say(*ann, R"({"type":"publish","camera":"vision","id":3})", "error taken");
  EXPECT_EQ(ann->last_["id"], 3);
  EXPECT_NE(ann->last_["reason"].get<std::string>().find(kTakeOver), std::string::npos)
      << ann->last_["reason"];
  EXPECT_EQ(bob->messages_, (std::vector<std::string>{"hello", "credit"}));
}

TEST_F(PublishingSessionTest, OneConnectionPublishesToOneCamera) {
  const auto ann = publisher();
  say(*ann, R"({"type":"publish","camera":"attic","id":1})", "error already-publishing");
  EXPECT_EQ(ann->last_["id"], 1);
  EXPECT_EQ(attic_.status().state, CameraState::kLost);
  publish(*ann, frame_of(small_jpeg()));
  EXPECT_EQ(vision_.counters().encoded, 1u);
}

TEST_F(PublishingSessionTest, AFrameBeforeTheClaimIsRefused) {
  const auto ann = program();
  say(*ann, frame_of(small_jpeg(), R"("id":7,)"), "error not-publishing");
  EXPECT_EQ(ann->last_["id"], 7);
  EXPECT_EQ(ann->last_["request"], "frame");
  ann->socket_.binary(true);
  say(*ann, small_jpeg(), "error not-text");
}

TEST_F(PublishingSessionTest, ATakeoverIsToldAndWhatWasUnderWayIsDropped) {
  const auto ann = publisher();
  const auto bob = publisher(kTakeOver);
  run_until([&] { return ann->has("error taken-over"); });
  EXPECT_EQ(ann->last_["request"], "publish");
  say(*ann, frame_of(large_jpeg(50'000)), "error not-publishing");
  EXPECT_EQ(vision_.counters().captured, 0u);
  publish(*bob, frame_of(small_jpeg()));
  EXPECT_EQ(vision_.counters().encoded, 1u);
}

TEST_F(PublishingSessionTest, WhoWasTakenOverMayTakeBackOrClaimAnother) {
  const auto ann = publisher();
  const auto bob = publisher(kTakeOver);
  say(*ann, kTakeOver, "credit");
  run_until([&] { return bob->has("error taken-over"); });
  say(*bob, R"({"type":"publish","camera":"attic"})", "credit");
  publish(*ann, frame_of(small_jpeg()));
  EXPECT_EQ(vision_.counters().encoded, 1u);
}

TEST_F(PublishingSessionTest, ARefusedFrameIsAnsweredWithItsIdBeforeTheCredit) {
  const auto ann = publisher();
  const auto watcher = reading_viewer("/ws?camera=vision");
  say(*ann, frame_of(kGif, R"("id":"g",)"), "error other-format");
  run_until([&] { return ann->count("credit") == 2; });
  EXPECT_EQ(ann->messages_,
            (std::vector<std::string>{"hello", "credit", "error other-format", "credit"}));
  EXPECT_EQ(ann->whole_[2]["id"], "g");
  EXPECT_EQ(ann->whole_[2]["request"], "frame");
}

TEST_F(PublishingSessionTest, TheSameComplaintComesOnceASecondAtMost) {
  const auto ann = publisher();
  for (int i = 0; i < 3; ++i) {
    publish(*ann, frame_of(kGif));
  }
  expect_answers(*ann);
  EXPECT_EQ(ann->count("error other-format"), 1u);
}

// A program that alternates between two mistakes still has no more than these two.
TEST_F(PublishingSessionTest, TheSameComplaintDoesNotComeAgainForAnotherInBetween) {
  const auto ann = publisher();
  for (int i = 0; i < 3; ++i) {
    publish(*ann, frame_of(kGif));
    publish(*ann, frame_of(small_jpeg().substr(0, 100)));
  }
  expect_answers(*ann);
  EXPECT_EQ(ann->count("error other-format"), 1u);
  EXPECT_EQ(ann->count("error truncated-image"), 1u);
}

TEST_F(PublishingSessionTest, WrongFramesDoNotEndTheSession) {
  const auto ann = publisher();
  for (int i = 0; i < 30; ++i) {
    publish(*ann, i % 2 == 0 ? frame_of(kGif) : R"({"type":"frame","data":"?"})");
  }
  expect_answers(*ann);
}

// What is meant as a frame is one, however wrong: it costs its credit and no more.
TEST_F(PublishingSessionTest, AFrameThatIsNoMessageIsRefusedAsAFrame) {
  const auto ann = publisher();
  const auto watcher = reading_viewer("/ws?camera=vision");
  run_until([&] { return vision_.viewer_count() == 1; });
  const std::string deep(100, '[');
  int sent = 0;
  for (const std::string& message :
       {std::string("/9j/4AAQ"), std::string(R"({"type":"frame","id":[],"data":""})"),
        std::string(R"({"data":"?"})"), std::string(R"({"type":5,"data":"?"})"),
        R"({"type":"frame","x":)" + deep}) {
    publish(*ann, message);
    ++sent;
    run_until([&] { return granted(*ann) > sent; });
    EXPECT_EQ(ann->last_of("error")["request"], "frame") << message;
  }
  for (int i = 0; i < 30; ++i) {
    publish(*ann, "no JSON");
  }
  expect_answers(*ann);
}

TEST_F(PublishingSessionTest, AMessageOfAnotherKindThatIsWrongIsNoFrame) {
  const auto ann = publisher();
  say(*ann, R"({"type":"ping"})", "error bad-shape");
  EXPECT_EQ(ann->last_["request"], "ping");
  say(*ann, R"({"type":"fram","data":"?"})", "error unknown-type");
  EXPECT_EQ(vision_.counters().captured, 0u);
}

TEST_F(PublishingSessionTest, AFrameAfterATakeoverIsAnsweredWithItsId) {
  const auto ann = publisher();
  const auto bob = publisher(kTakeOver);
  run_until([&] { return ann->has("error taken-over"); });
  say(*ann, frame_of(small_jpeg(), R"("id":7,)"), "error not-publishing");
  EXPECT_EQ(ann->last_["id"], 7);
}

TEST_F(PublishingSessionTest, FramesAfterATakeoverDoNotEndTheSession) {
  const auto ann = publisher();
  const auto bob = publisher(kTakeOver);
  for (int i = 0; i < 30; ++i) {
    ann->say(frame_of(small_jpeg()));
  }
  expect_answers(*ann);
  EXPECT_EQ(ann->count("error not-publishing"), 1u);
}

// Its claim may have been refused, and then it takes a while to notice.
TEST_F(PublishingSessionTest, FramesWithoutAClaimDoNotEndTheSession) {
  const auto ann = program();
  for (int i = 0; i < 30; ++i) {
    ann->say(frame_of(small_jpeg()));
  }
  expect_answers(*ann);
  EXPECT_EQ(ann->count("error not-publishing"), 1u);
}

TEST_F(PublishingSessionTest, WhileNobodyWatchesCreditDoesNotComeAtOnceButWithAViewer) {
  const auto ann = publisher();
  publish(*ann, frame_of(small_jpeg()));
  expect_answers(*ann);
  EXPECT_EQ(ann->count("credit"), 1u);
  const auto bob = reading_viewer("/ws?camera=vision");
  run_until([&] { return vision_.viewer_count() == 1; });
  settle();
  EXPECT_EQ(ann->count("credit"), 2u);
}

TEST_F(PublishingSessionTest, WhileNobodyWatchesCreditComesAllTheSame) {
  const auto ann = publisher();
  publish(*ann, frame_of(small_jpeg()));
  run_until([&] { return ann->count("credit") == 2; });
}

// Two may be granted at once, and then a frame brings none: what counts is that there is some left.
TEST_F(PublishingSessionTest, WhileSomebodyWatchesCreditNeverRunsOut) {
  const auto ann = publisher();
  const auto bob = reading_viewer("/ws?camera=vision");
  run_until([&] { return vision_.viewer_count() == 1; });
  // Unwatched, this many would take as many seconds.
  boost::asio::steady_timer too_late(loop_, std::chrono::seconds(20));
  bool is_too_late = false;
  too_late.async_wait([&](boost::system::error_code error) { is_too_late = !error; });
  for (int sent = 0; sent < 30; ++sent) {
    run_until([&] { return granted(*ann) > sent; });
    publish(*ann, frame_of(small_jpeg()));
  }
  EXPECT_FALSE(is_too_late);
  too_late.cancel();
  settle();
  EXPECT_EQ(bob->frames().empty(), false);
}

TEST_F(PublishingSessionTest, FramesWithoutCreditAreNoError) {
  const auto ann = publisher();
  for (int i = 0; i < 50; ++i) {
    ann->say(frame_of(small_jpeg()));
  }
  expect_answers(*ann);
  EXPECT_EQ(vision_.counters().captured, 50u);
  run_until([&] { return vision_.counters().encoded + vision_.counters().replaced == 50; });
}

TEST_F(PublishingSessionTest, APublisherThatGoesInTheMiddleOfAMessageLosesTheCamera) {
  auto ann = publisher();
  publish(*ann, frame_of(small_jpeg()));
  ann->send_raw(client_frame(0x82, large_jpeg(1'000'000)).substr(0, 300'000));
  ann.reset();
  run_until([&] { return vision_.status().state == CameraState::kLost; });
  EXPECT_EQ(vision_.counters().captured, 1u);
}

// Mostly pixels: a camera of 4K makes 25 MB of them.
TEST_F(PublishingSessionTest, AMessageLargerThanAFrameMayBeIsRefusedInWordsAndGivesCreditBack) {
  limits_.published_bytes = 100'000;
  const auto ann = publisher();
  const auto watcher = reading_viewer("/ws?camera=vision");
  run_until([&] { return vision_.viewer_count() == 1; });
  int sent = 0;
  for (const bool is_binary : {true, false}) {
    ann->socket_.binary(is_binary);
    publish(*ann, std::string(100'001, 'x'));
    ++sent;
    run_until([&] { return granted(*ann) > sent; });
  }
  EXPECT_TRUE(ann->has("error image-too-large"));
  EXPECT_NE(ann->last_of("error")["reason"].get<std::string>().find("cv2.imencode"),
            std::string::npos);
  publish(*ann, frame_of(small_jpeg()));
  EXPECT_EQ(vision_.counters().encoded, 1u);
}

TEST_F(PublishingSessionTest, AMessageFarLargerThanAFrameMayBeEndsTheSessionWith1009) {
  limits_.refused_published_bytes = 100'000;
  const auto ann = publisher();
  publish(*ann, frame_of(large_jpeg(70'000)));
  ann->socket_.binary(true);
  ann->say(std::string(100'001, 'x'));
  run_until([&] { return ann->end_.failed(); });
  EXPECT_EQ(static_cast<websocket::close_code>(ann->socket_.reason().code),
            websocket::close_code::too_big);
  run_until([&] { return vision_.status().state == CameraState::kLost; });
}

TEST_F(PublishingSessionTest, AMessageAsLargeAsAFrameMayBeIsTaken) {
  limits_.published_bytes = 100'000;
  const auto ann = publisher();
  ann->socket_.binary(true);
  publish(*ann, large_jpeg(100'000));
  EXPECT_EQ(vision_.counters().encoded, 1u);
}

TEST_F(PublishingSessionTest, APublisherIsAViewerLikeAnyOther) {
  const auto ann = publisher();
  say(*ann, R"({"type":"subscribe","camera":"front"})", "front idle");
  front_.publish(picture(1, "an image"));
  run_until([&] { return ann->has("frame 1"); });
  ann->say(R"({"type":"ack","camera":"front","sequence":1})");
  expect_answers(*ann);
  EXPECT_EQ(ann->messages_.back(), "pong") << "an ack has no answer";
}

TEST_F(PublishingSessionTest, WhoPublishesMayWatchTheSameCamera) {
  const auto ann = publisher();
  say(*ann, R"({"type":"subscribe","camera":"vision"})", "vision starting");
  say(*ann, frame_of(small_jpeg(20)), "frame 1");
  EXPECT_TRUE(ann->has("vision live"));
  const auto frame = *std::find_if(ann->whole_.begin(), ann->whole_.end(),
                                   [](const auto& message) { return message["type"] == "frame"; });
  EXPECT_EQ(frame["data"], base64(small_jpeg(20)));
  run_until([&] { return ann->count("credit") == 2; });
}

TEST_F(PublishingSessionTest, OneThatWatchesWhatItPublishesMayGo) {
  auto ann = publisher();
  say(*ann, R"({"type":"subscribe","camera":"vision"})", "vision starting");
  ann->say(frame_of(small_jpeg()));
  ann.reset();
  run_until([&] { return connections_.count() == 0; });
  EXPECT_EQ(vision_.status().state, CameraState::kLost);
  EXPECT_EQ(vision_.viewer_count(), 0u);
}

TEST_F(PublishingSessionTest, AStopEndsAPublisherWith1001) {
  const auto ann = publisher();
  bool all_have_gone = false;
  connections_.end_gently([&] { all_have_gone = true; });
  run_until([&] { return ann->end_.failed() && all_have_gone; });
  EXPECT_EQ(static_cast<websocket::close_code>(ann->socket_.reason().code),
            websocket::close_code::going_away);
  EXPECT_EQ(vision_.status().state, CameraState::kLost);
}

}  // namespace
}  // namespace freshframe
