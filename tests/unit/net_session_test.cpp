#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <nlohmann/json.hpp>

#include "net/session.h"

#include "deflate_bytes.h"
#include "net_fixture.h"

namespace freshframe {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

/// A viewer written with Beast's client half. It reads only when told to.
class Client {
 public:
  explicit Client(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

  void shake_hands(const std::string& authority, const std::string& target) {
    socket_.async_handshake(response_, authority, target, [this](error_code error) {
      handshake_is_done_ = true;
      handshake_error_ = error;
    });
  }

  /// Reads on and on, and notes each message.
  void read_all() {
    socket_.async_read(buffer_, [this](error_code error, std::size_t) {
      if (error == asio::error::operation_aborted) {
        return;  // *this is gone
      }
      if (error) {
        end_ = error;
        return;
      }
      note(beast::buffers_to_string(buffer_.data()));
      buffer_.clear();
      read_all();
    });
  }

  /// Sends bytes that are no message of Beast's.
  void send_raw(const std::string& bytes) {
    asio::write(socket_.next_layer(), asio::buffer(bytes));
  }

  /// Sends `text`, without waiting for what becomes of it.
  void say(std::string text) {
    said_.push_back(std::make_unique<std::string>(std::move(text)));
    if (said_.size() == 1) {
      write_next();
    }
  }

  /// What came, in short: "hello", "front live", "frame 7", "pong", "error not-json".
  bool has(const std::string& message) const {
    return std::find(messages_.begin(), messages_.end(), message) != messages_.end();
  }
  std::vector<std::string> frames() const {
    std::vector<std::string> found;
    std::copy_if(messages_.begin(), messages_.end(), std::back_inserter(found),
                 [](const std::string& message) { return message.starts_with("frame "); });
    return found;
  }

  void note(std::string message) {
    if (socket_.got_binary()) {
      const std::size_t length =
          static_cast<unsigned char>(message[2]) * 256u + static_cast<unsigned char>(message[3]);
      image_ = message.substr(4 + length);
      message = message.substr(4, length);
    }
    last_ = nlohmann::json::parse(message);
    const std::string type = last_["type"];
    if (type == "frame") {
      messages_.push_back("frame " + last_["sequence"].dump());
    } else if (type == "status") {
      messages_.push_back(last_["camera"].get<std::string>() + " " +
                          last_["state"].get<std::string>());
    } else if (type == "error") {
      messages_.push_back("error " + last_["code"].get<std::string>());
    } else {
      messages_.push_back(type);
    }
  }

  void write_next() {
    socket_.async_write(asio::buffer(*said_.front()), [this](error_code error, std::size_t) {
      if (error) {
        return;  // and *this may be gone
      }
      said_.erase(said_.begin());
      if (!said_.empty()) {
        write_next();
      }
    });
  }

  websocket::stream<asio::ip::tcp::socket> socket_;
  std::vector<std::unique_ptr<std::string>> said_;
  nlohmann::json last_;
  std::string image_;
  websocket::response_type response_;
  beast::flat_buffer buffer_;
  bool handshake_is_done_ = false;
  error_code handshake_error_;
  error_code end_;
  std::vector<std::string> messages_;
};

class SessionTest : public NetTest {
 protected:
  std::unique_ptr<Client> viewer(const std::string& target = "/ws") {
    auto client = std::make_unique<Client>(connected_socket());
    client->shake_hands(authority(), target);
    run_until([&] { return client->handshake_is_done_; });
    return client;
  }

  /// A viewer that reads and has been greeted, with `protocol` when that is not empty.
  std::unique_ptr<Client> reading_viewer(const std::string& target = "/ws",
                                         const std::string& protocol = {}) {
    auto client = std::make_unique<Client>(connected_socket());
    if (!protocol.empty()) {
      client->socket_.set_option(
          websocket::stream_base::decorator([protocol](websocket::request_type& request) {
            request.set(beast::http::field::sec_websocket_protocol, protocol);
          }));
    }
    client->shake_hands(authority(), target);
    run_until([&] { return client->handshake_is_done_; });
    client->read_all();
    run_until([&] { return client->has("hello"); });
    return client;
  }

  /// A viewer that has offered `extensions`; it reads and has been greeted, unless it was refused.
  std::unique_ptr<Client> offering_viewer(const std::string& extensions = "permessage-deflate") {
    auto client = std::make_unique<Client>(connected_socket());
    client->socket_.set_option(
        websocket::stream_base::decorator([extensions](websocket::request_type& request) {
          request.set(beast::http::field::sec_websocket_extensions, extensions);
        }));
    client->shake_hands(authority(), "/ws?subscribe=none");
    run_until([&] { return client->handshake_is_done_; });
    if (!client->handshake_error_) {
      client->read_all();
      run_until([&] { return client->has("hello"); });
    }
    return client;
  }

  /// Sends `frames` to a session with compression and waits for its end.
  websocket::close_code close_code_after(const std::string& frames,
                                         const std::string& extensions = "permessage-deflate") {
    bool was_watched = false;
    front_.on_demand([&](WireForms) { was_watched = true; });
    const auto ann = offering_viewer(extensions);
    ann->send_raw(frames + client_frame(kText, R"({"type":"subscribe","camera":"front"})"));
    run_until([&] { return ann->end_.failed(); });
    front_.on_demand(nullptr);
    EXPECT_FALSE(was_watched) << "something was heard of a session that had failed";
    return static_cast<websocket::close_code>(ann->socket_.reason().code);
  }

  // The first byte of a frame: RFC 6455, section 5.2. RSV1 is 0x40.
  static constexpr unsigned kText = 0x81;
  static constexpr unsigned kBinary = 0x82;
  static constexpr unsigned kPing = 0x89;
  static constexpr unsigned kBegins = 0x01;
  static constexpr unsigned kGoesOn = 0x00;
  static constexpr unsigned kEnds = 0x80;
  static constexpr unsigned kDeflated = 0x40;

  /// Lets everything happen that can happen without waiting for a timer.
  void settle() {
    loop_.restart();
    while (loop_.poll() > 0) {
    }
  }
};

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
  const std::uint64_t shown = ann->last_["sequence"];
  ann->say(R"({"type":"ack","camera":"front","sequence":)" + std::to_string(shown) + "}");
  run_until([&] { return ann->has("frame 50"); });
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

TEST_F(SessionTest, CompressionThatIsOfferedIsAgreedOn) {
  const auto ann = offering_viewer("foo, permessage-deflate; server_max_window_bits=8");
  EXPECT_EQ(ann->response_[beast::http::field::sec_websocket_extensions],
            "permessage-deflate; client_no_context_takeover; server_max_window_bits=8");
}

TEST_F(SessionTest, WithoutAnAcceptableOfferThereIsNoCompression) {
  for (const char* const offer : {"foo", "permessage-deflate; server_max_window_bits=16"}) {
    const auto ann = offering_viewer(offer);
    EXPECT_TRUE(ann->has("hello"));
    EXPECT_EQ(ann->response_.count(beast::http::field::sec_websocket_extensions), 0u) << offer;
  }
}

TEST_F(SessionTest, AnOfferThatIsMalformedIsRefusedBeforeTheUpgrade) {
  const auto ann = offering_viewer("permessage-deflate;");
  EXPECT_EQ(ann->handshake_error_, websocket::error::upgrade_declined);
  EXPECT_EQ(ann->response_.result(), beast::http::status::bad_request);
}

TEST_F(SessionTest, AViewerThatCompressesIsUnderstood) {
  auto ann = std::make_unique<Client>(connected_socket());
  websocket::permessage_deflate compressed;
  compressed.client_enable = true;
  ann->socket_.set_option(compressed);
  ann->shake_hands(authority(), "/ws?subscribe=none");
  run_until([&] { return ann->handshake_is_done_; });
  ann->read_all();
  ann->say(R"({"type":"subscribe","camera":"back"})");
  ann->say(R"({"type":"subscribe","camera":"attic"})");
  run_until([&] { return ann->has("back idle") && ann->has("error unknown-camera"); });
  back_.publish(picture(1, "x"));
  run_until([&] { return ann->has("frame 1"); });
  ann->say(R"({"type":"ack","camera":"back","sequence":1})");
  ann->say(R"({"type":"ping","client_time_us":1})");
  run_until([&] { return ann->has("pong"); });
}

TEST_F(SessionTest, EachMessageMayBeCompressedOrNot) {
  const std::string ping = R"({"type":"ping","client_time_us":1})";
  const std::string small = deflated(ping);
  const auto ann = offering_viewer();
  ann->send_raw(client_frame(kText | kDeflated, small) + client_frame(kText, ping) +
                client_frame(kBegins | kDeflated, small.substr(0, 5)) +
                client_frame(kPing, "between") + client_frame(kGoesOn, "") +
                client_frame(kEnds, small.substr(5)) + client_frame(kText | kDeflated, small));
  run_until([&] { return std::count(ann->messages_.begin(), ann->messages_.end(), "pong") == 4; });
}

TEST_F(SessionTest, ACompressedMessageUpToTheLimitIsTaken) {
  const auto ann = offering_viewer();
  ann->send_raw(client_frame(kText | kDeflated, deflated(std::string(limits_.message_bytes, 'x'))));
  run_until([&] { return ann->has("error not-json"); });
}

// Beast 1.81 and 1.83 would take the message behind these for corrupt (its issue 3028).
TEST_F(SessionTest, ACompressedMessageThatIsTooLargeIsAnsweredAndTheStreamLivesOn) {
  std::string incompressible;
  for (unsigned i = 0; incompressible.size() < 3 * limits_.message_bytes; ++i) {
    incompressible += std::to_string(i * 2'654'435'761u);
  }
  for (const std::string& message :
       {std::string(limits_.message_bytes + 1, 'x'),
        std::string(limits_.refused_message_bytes, 'x'), incompressible}) {
    const auto ann = offering_viewer();
    ann->send_raw(
        client_frame(kText | kDeflated, deflated(message)) +
        client_frame(kText | kDeflated, deflated(R"({"type":"ping","client_time_us":1})")));
    run_until([&] { return ann->has("pong"); });
    EXPECT_TRUE(ann->has("error too-large"));
  }
}

// A bomb ends where a plain message of its size does, however it is cut.
TEST_F(SessionTest, ACompressedMessageOfNoEndEndsTheSessionWith1009) {
  const std::string bomb = deflated(std::string(4'000'000, 'x'));
  ASSERT_LT(bomb.size(), limits_.message_bytes);
  EXPECT_EQ(close_code_after(client_frame(kText | kDeflated, bomb)),
            websocket::close_code::too_big);

  std::string in_pieces = client_frame(kBegins | kDeflated, "");
  for (const char byte : bomb) {
    in_pieces += client_frame(kGoesOn, {&byte, 1});
  }
  in_pieces += client_frame(kEnds, "");
  EXPECT_EQ(close_code_after(in_pieces), websocket::close_code::too_big);
}

// It inflates to nothing, and would be read for ever.
TEST_F(SessionTest, ACompressedMessageOfNoEndAndNoContentEndsTheSessionWith1009) {
  const std::string nothing(1000, '\0');
  std::string frames = client_frame(kBegins | kDeflated, nothing);
  for (std::size_t size = 0; size <= limits_.refused_message_bytes; size += nothing.size()) {
    frames += client_frame(kGoesOn, nothing);
  }
  EXPECT_EQ(close_code_after(frames), websocket::close_code::too_big);
}

TEST_F(SessionTest, ACompressedMessageThatIsCorruptEndsTheSessionWith1007) {
  const std::string whole = deflated(R"({"type":"ping","client_time_us":1})");
  for (const std::string& payload : {std::string("\x06"), whole.substr(0, whole.size() - 2),
                                     std::string(), deflated("{\"type\":\"\xFF\"}")}) {
    EXPECT_EQ(close_code_after(client_frame(kText | kDeflated, payload)),
              websocket::close_code::bad_payload);
  }
}

TEST_F(SessionTest, AMarkOfCompressionWhereNoneMayBeEndsTheSessionWith1002) {
  const std::string payload = deflated("{}");
  const std::string begun = client_frame(kBegins | kDeflated, payload.substr(0, 1));
  for (const std::string& frames :
       {client_frame(kPing | kDeflated, "x"), begun + client_frame(kEnds | kDeflated, payload),
        begun + client_frame(kText | kDeflated, payload), client_frame(kText | 0x20, "{}"),
        client_frame(kEnds | kDeflated, payload), client_frame(0x83 | kDeflated, payload)}) {
    EXPECT_EQ(close_code_after(frames), websocket::close_code::protocol_error);
  }
  EXPECT_EQ(close_code_after(client_frame(kText | kDeflated, payload), "foo"),
            websocket::close_code::protocol_error);
}

TEST_F(SessionTest, ACompressedBinaryMessageIsRefused) {
  const auto ann = offering_viewer();
  ann->send_raw(client_frame(kBinary | kDeflated, "\x06 not even DEFLATE") +
                client_frame(kBinary, "\xFF"));
  run_until([&] {
    return std::count(ann->messages_.begin(), ann->messages_.end(), "error not-text") == 2;
  });
}

}  // namespace
}  // namespace freshframe
