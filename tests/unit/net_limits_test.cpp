#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "net_session_fixture.h"
#include "raw_client.h"

namespace freshframe {
namespace {

namespace websocket = boost::beast::websocket;

/// What one peer may do to the others, over real sockets.
class LimitsTest : public SessionTest {
 protected:
  // Whoever is turned away here stays until the server goes.
  LimitsTest() { limits_.leftover_time = std::chrono::milliseconds(50); }

  std::string answer_to(std::string request) {
    RawClient client(connected_socket());
    client.send(std::move(request));
    run_until([&] { return client.is_closed_; });
    return client.answer_;
  }

  static std::string get(const std::string& target, const std::string& headers = {}) {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers +
           "Connection: close\r\n\r\n";
  }

  static std::string handshake(const std::string& headers = {}) {
    return "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           headers + "\r\n";
  }

  void expect_end(Client& client, websocket::close_code code) {
    run_until([&] { return client.end_.failed(); });
    EXPECT_EQ(client.end_, websocket::error::closed);
    EXPECT_EQ(client.socket_.reason().code, code);
  }
};

TEST_F(LimitsTest, AConnectionTooManyIsToldSoAndWhenToComeBack) {
  limits_.connections = 2;
  RawClient first(connected_socket());
  RawClient second(connected_socket());
  run_until([&] { return admission_.connections() == 2; });
  const std::string answer = answer_to(get("/"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ")) << answer;
  EXPECT_NE(answer.find("\r\nRetry-After: 10\r\n"), std::string::npos) << answer;
  EXPECT_NE(answer.find("--max-connections"), std::string::npos) << answer;
  // Who is here stays and is served.
  second.send(get("/api/v1/cameras"));
  run_until([&] { return second.is_closed_; });
  EXPECT_TRUE(second.has("HTTP/1.1 200 OK")) << second.answer_;
  run_until([&] { return admission_.connections() == 1; });
  EXPECT_TRUE(answer_to(get("/")).starts_with("HTTP/1.1 200 "));
}

// 32 are told; the next is closed without a word, and no more than those are held open.
TEST_F(LimitsTest, AFloodOfConnectionsIsNotHeldOpen) {
  limits_.connections = 1;
  limits_.leftover_time = std::chrono::hours(1);
  RawClient first(connected_socket());
  run_until([&] { return admission_.connections() == 1; });
  std::vector<std::unique_ptr<RawClient>> flood;
  for (int i = 0; i < 100; ++i) {
    flood.push_back(std::make_unique<RawClient>(connected_socket()));
  }
  std::size_t told = 0;
  run_until([&] {
    told = 0;
    bool all_are_done = true;
    for (const auto& client : flood) {
      told += client->has("503") ? 1 : 0;
      all_are_done = all_are_done && client->is_closed_;
    }
    return all_are_done;
  });
  EXPECT_EQ(told, Admission::kMostToBeTold);
  EXPECT_EQ(connections_.count(), 1 + Admission::kMostToBeTold);
  EXPECT_FALSE(first.is_closed_);
}

TEST_F(LimitsTest, SessionsAndStreamsAreViewersAndOneTooManyIsToldBeforeTheHandshake) {
  limits_.viewers = 2;
  const auto session = reading_viewer();
  RawClient stream(connected_socket());
  stream.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
  run_until([&] { return stream.has("200 OK"); });
  for (const std::string& request :
       {handshake(), std::string("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")}) {
    const std::string answer = answer_to(request);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ")) << answer;
    EXPECT_NE(answer.find("\r\nRetry-After: "), std::string::npos) << answer;
    EXPECT_NE(answer.find("--max-viewers"), std::string::npos) << answer;
  }
  EXPECT_TRUE(answer_to(get("/")).starts_with("HTTP/1.1 200 "));
  session->socket_.next_layer().close();
  run_until([&] { return admission_.viewers() == 1; });
  EXPECT_TRUE(reading_viewer()->has("hello"));
}

TEST_F(LimitsTest, AHandshakeThatIsRefusedTakesNoPlace) {
  limits_.viewers = 1;
  // Until a connection that is kept is let go.
  limits_.header_time = std::chrono::milliseconds(100);
  for (int i = 0; i < 3; ++i) {
    answer_to(get("/ws?camera=attic"));
    answer_to(handshake("Origin: http://evil.example\r\nConnection: close\r\n"));
  }
  EXPECT_EQ(admission_.viewers(), 0u);
  EXPECT_TRUE(reading_viewer()->has("hello"));
}

TEST_F(LimitsTest, BehindAProxyAnAddressHasItsOwnLimit) {
  limits_.connections_per_address = 1;
  RawClient first(connected_socket());
  first.send(handshake("X-Forwarded-For: 198.51.100.9\r\n"));
  run_until([&] { return first.has("101 "); });
  const std::string answer = answer_to(handshake("X-Forwarded-For: 1.2.3.4, 198.51.100.9\r\n"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ")) << answer;
  EXPECT_NE(answer.find("connections_per_address"), std::string::npos) << answer;
  RawClient other(connected_socket());
  other.send(handshake("X-Forwarded-For: 198.51.100.10\r\n"));
  run_until([&] { return other.has("101 "); });
}

TEST_F(LimitsTest, AProxyThatNamesNoAddressIsRefused) {
  const std::string answer = answer_to(get("/", "X-Forwarded-For: unknown\r\n"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
  EXPECT_NE(answer.find("X-Forwarded-For"), std::string::npos) << answer;
}

TEST_F(LimitsTest, AnAddressThatIsTooLongIs414HoweverLongItIs) {
  for (const std::size_t size : {2048u, 5000u, 8192u, 100'000u}) {
    const std::string answer = answer_to(get("/" + std::string(size, 'a')));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 414 ")) << size << answer;
  }
  EXPECT_TRUE(answer_to(get("/" + std::string(2047, 'a'))).starts_with("HTTP/1.1 404 "));
}

TEST_F(LimitsTest, TooManyHeadersAre431) {
  const auto with = [this](int count) {
    std::string headers;
    for (int i = 0; i < count - 2; ++i) {  // Host and Connection are two
      headers += "X: y\r\n";
    }
    return answer_to(get("/", headers));
  };
  EXPECT_TRUE(with(100).starts_with("HTTP/1.1 200 "));
  EXPECT_TRUE(with(101).starts_with("HTTP/1.1 431 "));
}

TEST_F(LimitsTest, AHandshakeThatTwoReadersMayReadInTwoWaysIsRefused) {
  for (const char* headers :
       {"Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Host: localhost\r\n",
        "Sec-WebSocket-Version: 13\r\n", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        "Origin: http://localhost\r\nOrigin: http://localhost\r\n"}) {
    const std::string answer = answer_to(handshake(std::string(headers) + "Connection: close\r\n"));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 4")) << headers << answer;
  }
  EXPECT_EQ(admission_.viewers(), 0u);
}

TEST_F(LimitsTest, WhoeverSaysTooMuchIsLetGoWith1008) {
  const auto client = reading_viewer("/ws?subscribe=none");
  for (int i = 0; i < 200; ++i) {
    client->say(R"({"type":"ping","client_time_us":1})");
  }
  expect_end(*client, websocket::close_code::policy_error);
}

TEST_F(LimitsTest, SixteenCamerasMayBeAskedForTwiceInOneBreath) {
  const auto client = reading_viewer("/ws?subscribe=none");
  for (int i = 0; i < 16; ++i) {
    client->say(R"({"type":"subscribe","camera":"front"})");
    client->say(R"({"type":"subscribe","camera":"front","max_fps":0})");
  }
  client->say(R"({"type":"ping","client_time_us":1})");
  run_until([&] { return client->has("pong"); });
}

TEST_F(LimitsTest, WhoeverPingsTooMuchIsLetGoWith1008) {
  const auto client = reading_viewer("/ws?subscribe=none");
  for (const std::string kind : {"\x89", "\x8a"}) {
    const auto other = reading_viewer("/ws?subscribe=none");
    for (int i = 0; i < 50; ++i) {
      other->send_raw(kind + std::string("\x80\x01\x02\x03\x04", 5));
    }
    expect_end(*other, websocket::close_code::policy_error);
  }
  EXPECT_FALSE(client->end_.failed());
}

// As fast as frames come, and more at once than messages may.
TEST_F(LimitsTest, EveryFrameMayBeAcknowledged) {
  const auto client = reading_viewer();
  for (std::uint64_t i = 1; i <= 300; ++i) {
    front_.publish(picture(i, "image"));
    run_until([&] { return client->has("frame " + std::to_string(i)); });
    client->say(R"({"type":"ack","camera":"front","sequence":)" + std::to_string(i) + "}");
  }
  EXPECT_FALSE(client->end_.failed());
}

TEST_F(LimitsTest, AcknowledgingWhatWasNeverSentIsTalk) {
  const auto client = reading_viewer();
  for (int i = 0; i < 200; ++i) {
    client->say(R"({"type":"ack","camera":"front","sequence":1})");
  }
  expect_end(*client, websocket::close_code::policy_error);
}

}  // namespace
}  // namespace freshframe
