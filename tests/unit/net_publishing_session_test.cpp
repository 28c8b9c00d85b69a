#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/buffer.hpp>

#include "message/base64.h"
#include "net/session.h"

#include "deflate_bytes.h"
#include "net_session_fixture.h"
#include "png_file.h"

namespace freshframe {
namespace {

namespace websocket = boost::beast::websocket;

std::string frame_text(std::string_view file) {
  std::string base64(base64_size(file.size()), '?');
  base64_encode(std::as_bytes(std::span(file)), base64.data());
  return R"({"type":"frame","id":"f","data":")" + base64 + "\"}";
}

/// "front" has a source of its own, "vision" is for publishing.
class PublishingSessionTest : public SessionTest {
 protected:
  std::unique_ptr<Client> publisher() {
    auto client = reading_viewer("/ws?subscribe=none");
    client->say(R"({"type":"publish","camera":"vision","id":7})");
    run_until([&] { return client->has("credit"); });
    return client;
  }

  /// A viewer of the published camera that has been told its state.
  std::unique_ptr<Client> watcher() {
    auto client = reading_viewer("/ws?camera=vision");
    run_until([&] { return client->has("vision " + std::string(to_string(state()))); });
    return client;
  }

  static auto count(const Client& client, const std::string& message) {
    return std::count(client.messages_.begin(), client.messages_.end(), message);
  }

  void say_binary(Client& client, const std::string& bytes) {
    client.socket_.binary(true);
    boost::beast::error_code error;
    client.socket_.write(boost::asio::buffer(bytes), error);
    EXPECT_FALSE(error);
    client.socket_.text(true);
  }

  CameraState state() { return vision_.status().state; }

  Channel& vision_ = hub_.add("vision", "published");
  PublishedStream& stream_ = published_.add(loop_, vision_);
};

TEST_F(PublishingSessionTest, AClaimIsAnsweredWithCreditAndItsId) {
  const auto client = publisher();
  EXPECT_EQ(client->last_["camera"], "vision");
  EXPECT_EQ(client->last_["frames"], 1);
  EXPECT_EQ(client->last_["id"], 7);
  EXPECT_EQ(state(), CameraState::kStarting);
}

TEST_F(PublishingSessionTest, HelloTellsThatOneMayPublish) {
  const auto client = reading_viewer("/ws?subscribe=none");
  EXPECT_EQ(client->last_["may"], nlohmann::json::parse(R"(["watch","publish"])"));
}

TEST_F(PublishingSessionTest, EveryFormOfAFrameReachesAViewer) {
  const auto viewer = watcher();
  const auto client = publisher();
  const std::string file = png_file(40, 30);
  std::size_t shown = 0;
  const auto expect_one_more = [&] {
    ++shown;
    run_until([&] { return viewer->frames().size() == shown; });
    EXPECT_EQ(viewer->last_["width"], 40);
    EXPECT_EQ(viewer->last_["mime"], "image/png");
  };
  client->say(frame_text(file));
  expect_one_more();
  // Larger than a control message may be.
  client->say(frame_text(file + std::string(10'000, ' ')));
  expect_one_more();
  say_binary(*client, file);
  expect_one_more();
}

TEST_F(PublishingSessionTest, ACompressedFrameReachesAViewerWhateverItsSize) {
  const auto viewer = watcher();
  auto client = std::make_unique<Client>(connected_socket());
  websocket::permessage_deflate offer;
  offer.client_enable = true;
  client->socket_.set_option(offer);
  client->shake_hands(authority(), "/ws?subscribe=none");
  run_until([&] { return client->handshake_is_done_; });
  client->read_all();
  client->say(R"({"type":"publish","camera":"vision"})");
  run_until([&] { return client->has("credit"); });
  const std::string file = png_file(40, 30);
  client->say(frame_text(file));
  run_until([&] { return viewer->frames().size() == 1; });
  client->say(frame_text(file + std::string(100'000, ' ')));
  run_until([&] { return viewer->frames().size() == 2; });
  say_binary(*client, file);
  run_until([&] { return viewer->frames().size() == 3; });
}

TEST_F(PublishingSessionTest, WatchedFramesBringCreditAtOnce) {
  const auto viewer = watcher();
  const auto client = publisher();
  client->say(frame_text(png_file(40, 30)));
  run_until([&] { return count(*client, "credit") == 2; });
}

TEST_F(PublishingSessionTest, UnwatchedFramesBringCreditOnlyWhenSomebodyComesToWatch) {
  const auto client = publisher();
  client->say(frame_text(png_file(40, 30)));
  run_until([&] { return state() == CameraState::kLive; });
  settle();
  EXPECT_EQ(count(*client, "credit"), 1);
  const auto viewer = watcher();
  run_until([&] { return count(*client, "credit") == 2; });
  run_until([&] { return !viewer->frames().empty(); });
}

TEST_F(PublishingSessionTest, AFrameThatIsRefusedIsAnsweredAndTheNextIsTaken) {
  const auto viewer = watcher();
  const auto client = publisher();
  client->say(frame_text("GIF89a and so on"));
  run_until([&] { return client->has("error other-format"); });
  EXPECT_EQ(count(*client, "error other-format"), 1);
  client->say(frame_text(png_file(40, 30)));
  run_until([&] { return !viewer->frames().empty(); });
}

TEST_F(PublishingSessionTest, TheSameComplaintIsNotRepeatedAtOnceAndEndsNothing) {
  const auto client = publisher();
  constexpr std::uint64_t kFrames = 40;
  for (std::uint64_t i = 1; i <= kFrames; ++i) {
    client->say(frame_text("GIF89a and so on"));
    run_until([&] { return vision_.counters().captured == i; });
  }
  run_until([&] {
    return vision_.counters().dropped_for(EncodeError::kForeign) + vision_.counters().replaced ==
           kFrames;
  });
  client->say(R"({"type":"ping","client_time_us":1})");
  run_until([&] { return client->has("pong"); });
  EXPECT_GE(count(*client, "error other-format"), 1);
  EXPECT_LT(count(*client, "error other-format"), 20);
  EXPECT_FALSE(client->end_);
}

TEST_F(PublishingSessionTest, WrongClaimsAreRefused) {
  const auto client = reading_viewer("/ws?subscribe=none");
  client->say(R"({"type":"publish","camera":"attic"})");
  run_until([&] { return client->has("error unknown-camera"); });
  client->say(R"({"type":"publish","camera":"front"})");
  run_until([&] { return client->has("error not-publishable"); });
  client->say(R"({"type":"frame","data":""})");
  run_until([&] { return client->has("error not-publishing"); });
  EXPECT_EQ(client->last_["request"], "frame");

  const auto first = publisher();
  client->say(R"({"type":"publish","camera":"vision","id":"x"})");
  run_until([&] { return client->has("error taken"); });
  EXPECT_EQ(client->last_["id"], "x");
  first->say(R"({"type":"publish","camera":"vision"})");
  run_until([&] { return first->has("error already-publishing"); });
}

TEST_F(PublishingSessionTest, ABinaryMessageBeforeAClaimIsAnsweredWithWhatToDo) {
  const auto client = reading_viewer("/ws?subscribe=none");
  say_binary(*client, png_file(40, 30));
  run_until([&] { return client->has("error not-text"); });
  EXPECT_NE(client->last_["reason"].get<std::string>().find("publish"), std::string::npos);
}

TEST_F(PublishingSessionTest, WhoIsTakenOverIsToldAndItsFramesAreRefused) {
  const auto first = publisher();
  const auto second = reading_viewer("/ws?subscribe=none");
  second->say(R"({"type":"publish","camera":"vision","takeover":true})");
  run_until([&] { return second->has("credit") && first->has("error taken-over"); });
  say_binary(*first, png_file(40, 30));
  run_until([&] { return first->has("error not-publishing"); });
  EXPECT_FALSE(first->end_);
  first->say(R"({"type":"publish","camera":"vision","takeover":true})");
  run_until([&] { return second->has("error taken-over"); });
}

TEST_F(PublishingSessionTest, OfWhoWasTakenOverNoLargeFrameIsKept) {
  const auto first = publisher();
  const auto second = reading_viewer("/ws?subscribe=none");
  second->say(R"({"type":"publish","camera":"vision","takeover":true})");
  run_until([&] { return second->has("credit") && first->has("error taken-over"); });
  first->say(frame_text(std::string(100'000, 'x')));
  run_until([&] { return first->has("error not-publishing"); });
  first->say(R"({"type":"ping","client_time_us":1})");
  run_until([&] { return first->has("pong"); });
  EXPECT_FALSE(first->end_);
}

TEST_F(PublishingSessionTest, APublisherWhoLeavesInTheMiddleOfAFrameIsLost) {
  const auto viewer = watcher();
  {
    const auto client = publisher();
    client->send_raw(client_frame(0x82, std::string(5000, 'x')).substr(0, 2000));
    settle();
    EXPECT_EQ(state(), CameraState::kStarting);
    client->socket_.next_layer().close();
  }
  run_until([&] { return state() == CameraState::kLost; });
  run_until([&] { return count(*viewer, "vision lost") == 2; });
}

TEST_F(PublishingSessionTest, TooLargeAFrameEndsTheConnectionWith1009) {
  limits_.published_bytes = 10'000;
  const auto client = publisher();
  say_binary(*client, std::string(10'001, 'x'));
  run_until([&] { return client->end_.failed(); });
  EXPECT_EQ(client->socket_.reason().code, websocket::close_code::too_big);
  run_until([&] { return state() == CameraState::kLost; });
}

TEST_F(PublishingSessionTest, AConnectionMayWatchWhatItPublishes) {
  const auto client = publisher();
  client->say(R"({"type":"subscribe","camera":"vision"})");
  run_until([&] { return client->has("vision starting"); });
  client->say(frame_text(png_file(40, 30)));
  run_until([&] { return client->has("frame 1"); });
  client->say(R"({"type":"ack","camera":"vision","sequence":1})");
  client->say(R"({"type":"ping","client_time_us":1})");
  run_until([&] { return client->has("pong"); });
}

}  // namespace
}  // namespace freshframe
