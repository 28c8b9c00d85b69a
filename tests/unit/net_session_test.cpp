#include <algorithm>
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

#include "net/session.h"

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
      if (error) {
        end_ = error;
        return;
      }
      messages_.push_back(beast::buffers_to_string(buffer_.data()));
      buffer_.clear();
      read_all();
    });
  }

  bool has(const std::string& message) const {
    return std::find(messages_.begin(), messages_.end(), message) != messages_.end();
  }

  websocket::stream<asio::ip::tcp::socket> socket_;
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

  static std::string status(const std::string& camera, const std::string& state) {
    return R"({"type":"status","camera":")" + camera + R"(","state":")" + state +
           R"(","reason":""})";
  }
};

TEST_F(SessionTest, FramesStartWithoutAWordFromTheViewer) {
  const auto ann = viewer();
  ASSERT_FALSE(ann->handshake_error_);
  ann->read_all();
  run_until([&] { return front_.viewer_count() == 1; });
  front_.publish(picture(1, "a frame"));
  run_until([&] { return ann->messages_.size() == 2; });
  EXPECT_EQ(ann->messages_, (std::vector<std::string>{status("front", "idle"), "a frame"}));
  EXPECT_TRUE(ann->socket_.got_text());
}

TEST_F(SessionTest, AViewerMayNameItsCamera) {
  const auto ann = viewer("/ws?camera=back");
  ann->read_all();
  run_until([&] { return back_.viewer_count() == 1; });
  back_.publish(picture(1, "from the back"));
  run_until([&] { return ann->has("from the back"); });
  EXPECT_EQ(front_.viewer_count(), 0u);
}

TEST_F(SessionTest, AnUnknownCameraIsRefusedBeforeTheUpgrade) {
  const auto ann = viewer("/ws?camera=attic");
  EXPECT_EQ(ann->handshake_error_, websocket::error::upgrade_declined);
  EXPECT_EQ(ann->response_.result(), beast::http::status::not_found);
}

TEST_F(SessionTest, OurSubprotocolIsAnsweredAndOthersAreLeftOut) {
  Client knows(connected_socket());
  knows.socket_.set_option(websocket::stream_base::decorator([](websocket::request_type& request) {
    request.set(beast::http::field::sec_websocket_protocol, "chat, freshframe.v1.json");
  }));
  knows.shake_hands(authority(), "/ws");
  run_until([&] { return knows.handshake_is_done_; });
  EXPECT_EQ(knows.response_[beast::http::field::sec_websocket_protocol], "freshframe.v1.json");

  Client other(connected_socket());
  other.socket_.set_option(websocket::stream_base::decorator([](websocket::request_type& request) {
    request.set(beast::http::field::sec_websocket_protocol, "chat");
  }));
  other.shake_hands(authority(), "/ws");
  run_until([&] { return other.handshake_is_done_; });
  EXPECT_FALSE(other.handshake_error_);
  EXPECT_EQ(other.response_.count(beast::http::field::sec_websocket_protocol), 0u);
}

// The promise: whoever reads late gets what was on its way already, and then the newest, however
// many frames were made in between.
TEST_F(SessionTest, AViewerThatReadsLateMeetsThePresent) {
  constexpr int kFrames = 200;
  const auto late = viewer();
  run_until([&] { return front_.viewer_count() == 1; });
  const std::string filler(1'000'000, 'x');
  for (int i = 1; i <= kFrames; ++i) {
    front_.publish(picture(static_cast<std::uint64_t>(i), std::to_string(i) + ":" + filler));
    loop_.restart();
    loop_.poll();
  }
  late->read_all();
  run_until([&] { return !late->messages_.empty() && late->messages_.back().starts_with("200:"); });
  // The status, the frame that was being written when the viewer fell asleep, and the newest.
  EXPECT_LE(late->messages_.size(), 4u);
}

TEST_F(SessionTest, AViewerThatTakesNothingIsLetGo) {
  limits_.write_time = std::chrono::milliseconds(50);
  const auto stalled = viewer();
  run_until([&] { return front_.viewer_count() == 1; });
  front_.publish(picture(1, std::string(20'000'000, 'x')));
  run_until([&] { return connections_.count() == 0; });
  EXPECT_EQ(front_.viewer_count(), 0u);
}

TEST_F(SessionTest, AStalledViewerCostsTheOthersNothing) {
  const auto stalled = viewer();
  const auto healthy = viewer();
  run_until([&] { return front_.viewer_count() == 2; });
  healthy->read_all();
  const std::string filler(5'000'000, 'x');
  front_.publish(picture(1, filler));
  run_until([&] { return healthy->has(filler); });
  front_.publish(picture(2, "next"));
  run_until([&] { return healthy->has("next"); });
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

TEST_F(SessionTest, AMessageThatIsTooLargeEndsTheSessionWith1009) {
  const auto loud = viewer();
  loud->read_all();
  const std::string message(limits_.message_bytes + 1, 'x');
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
  run_until([&] { return polite->has("still here"); });
}

TEST_F(SessionTest, AStopFinishesTheFrameInFlightAndSaysGoingAway) {
  const auto ann = viewer();
  run_until([&] { return front_.viewer_count() == 1; });
  const std::string large(8'000'000, 'x');
  front_.publish(picture(1, large));
  loop_.restart();
  loop_.poll();
  bool all_have_gone = false;
  connections_.end_gently([&] { all_have_gone = true; });
  ann->read_all();
  run_until([&] { return all_have_gone; });
  run_until([&] { return ann->end_.failed(); });
  EXPECT_TRUE(ann->has(large));
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

}  // namespace
}  // namespace freshframe
