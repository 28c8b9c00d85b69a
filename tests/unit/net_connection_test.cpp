#include <string>
#include <utility>

#include "net/connection.h"

#include "net_fixture.h"
#include "raw_client.h"

namespace freshframe {
namespace {

using boost::system::error_code;

class ConnectionTest : public NetTest {
 protected:
  /// The whole answer to `request`, after which the server closed.
  std::string answer_to(std::string request) {
    RawClient client(connected_socket());
    client.send(std::move(request));
    run_until([&] { return client.is_closed_; });
    return client.answer_;
  }

  static std::string get(const std::string& target) {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  }
};

TEST_F(ConnectionTest, ThePageComesWithItsPolicy) {
  const std::string answer = answer_to(get("/"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_NE(answer.find("Content-Type: text/html; charset=utf-8\r\n"), std::string::npos);
  EXPECT_NE(answer.find("Content-Security-Policy: default-src 'none'; script-src 'self';"),
            std::string::npos);
  EXPECT_NE(answer.find("</html>"), std::string::npos);
}

TEST_F(ConnectionTest, HeadGivesTheHeadOnly) {
  const std::string answer =
      answer_to("HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_NE(answer.find("Content-Length: "), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(ConnectionTest, AFileTheClientHoldsIsNotSentAgain) {
  const std::string first = answer_to(get("/"));
  const std::size_t tag = first.find("ETag: ");
  ASSERT_NE(tag, std::string::npos);
  const std::string value = first.substr(tag + 6, first.find("\r\n", tag) - tag - 6);
  const std::string second =
      answer_to("GET / HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: " + value +
                "\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(second.starts_with("HTTP/1.1 304 Not Modified\r\n")) << second;
  EXPECT_TRUE(second.ends_with("\r\n\r\n"));
}

TEST_F(ConnectionTest, SeveralRequestsAtOnceAreAnsweredInTurn) {
  const std::string first = "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const std::string answer = answer_to(first + get("/api/v1/cameras"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 404 Not Found\r\n")) << answer;
  EXPECT_NE(answer.find("HTTP/1.1 200 OK\r\n"), std::string::npos);
  EXPECT_NE(answer.find("\"name\": \"back\""), std::string::npos);
}

TEST_F(ConnectionTest, AWholeAddressIsTakenForItsPath) {
  EXPECT_TRUE(answer_to(get("http://localhost/api/v1/cameras")).starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(answer_to(get("http://evil.example/api/v1/cameras"))
                  .starts_with("HTTP/1.1 400 Bad Request\r\n"));
}

TEST_F(ConnectionTest, AMethodThatIsNotAllowedIsToldWhatIs) {
  const std::string answer =
      answer_to("DELETE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 405 Method Not Allowed\r\n")) << answer;
  EXPECT_NE(answer.find("Allow: GET, HEAD\r\n"), std::string::npos);
}

TEST_F(ConnectionTest, TheWebSocketsAddressToldPlainlyAsksForAnUpgrade) {
  const std::string answer = answer_to(get("/ws"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 426 Upgrade Required\r\n")) << answer;
  EXPECT_NE(answer.find("Sec-WebSocket-Version: 13\r\n"), std::string::npos);
}

TEST_F(ConnectionTest, HeadersThatAreTooLargeAreRefused) {
  const std::string answer = answer_to(
      "GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + std::string(9000, 'x') + "\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 431 ")) << answer;
}

TEST_F(ConnectionTest, WhatIsNotHttpIsRefusedAndClosed) {
  EXPECT_TRUE(answer_to("\x16\x03\x01\x02hello\r\n\r\n").starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(answer_to("GET / HTTP/9.9\r\n\r\n").starts_with("HTTP/1.1 400 "));
}

TEST_F(ConnectionTest, AHeaderThatNeverEndsIsGivenUp) {
  limits_.header_time = std::chrono::milliseconds(50);
  RawClient slow(connected_socket());
  slow.send("GET / HTTP/1.1\r\nHost: loc");
  run_until([&] { return slow.is_closed_; });
  EXPECT_EQ(slow.answer_, "");
  run_until([&] { return connections_.count() == 0; });
}

// A web page of another origin chooses what stands in the body of a POST, and its browser sends
// that without asking us. Were the body taken for the next request, the page could send one without
// Origin, and so watch the camera.
TEST_F(ConnectionTest, ABodyIsRefusedAndNothingBehindItIsTakenForARequest) {
  const std::string list = "GET /api/v1/cameras HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const std::string watch =
      "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  for (const std::string& body : {list, watch}) {
    const std::string counted =
        "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    const std::string chunked = "Transfer-Encoding: chunked\r\n\r\n" + body;
    for (const char* line : {"GET /", "POST /", "POST /ws", "DELETE /nothing"}) {
      for (const std::string& rest : {counted, chunked}) {
        const std::string answer =
            answer_to(std::string(line) + " HTTP/1.1\r\nHost: localhost\r\n" +
                      "Connection: keep-alive\r\n" + rest);
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 4")) << answer;
        EXPECT_EQ(answer.find("HTTP/1.1 ", 1), std::string::npos) << answer;
        EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos) << answer;
      }
    }
  }
  EXPECT_EQ(front_.viewer_count(), 0u);
}

TEST_F(ConnectionTest, WhatIsRefusedForItsFramingEndsTheConnection) {
  const std::string next = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  for (const std::string& request :
       {std::string("GET / HTTP/1.1\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"),
        std::string("GET http://elsewhere/ HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        "GET /" + std::string(2048, 'a') + " HTTP/1.1\r\nHost: localhost\r\n\r\n"}) {
    const std::string answer = answer_to(request + next);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 4")) << answer;
    EXPECT_EQ(answer.find("HTTP/1.1 ", 1), std::string::npos) << answer;
  }
}

// Closing while bytes of the peer's are unread resets the connection, and a client that is still
// sending its body then sees an error in place of our answer.
TEST_F(ConnectionTest, AClientThatSendsALargeBodyStillGetsTheAnswer) {
  // More than the kernel takes in one go.
  limits_.leftover_bytes = 20'000'000;
  limits_.leftover_time = std::chrono::minutes(1);
  RawClient client(connected_socket());
  client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000\r\n\r\n" +
              std::string(10'000'000, 'x'));
  run_until([&] { return client.is_closed_ && client.sending_ended_with_; });
  EXPECT_TRUE(client.answer_.starts_with("HTTP/1.1 413 ")) << client.answer_;
  EXPECT_EQ(client.sending_ended_with_, error_code());
}

TEST_F(ConnectionTest, ABodyThatNeverEndsIsReadForABoundedTimeAndToABoundedSize) {
  const std::string head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n";
  limits_.leftover_time = std::chrono::milliseconds(50);
  RawClient silent(connected_socket());
  silent.send(head);
  run_until([&] { return silent.is_closed_ && connections_.count() == 0; });

  limits_.leftover_time = std::chrono::hours(1);
  limits_.leftover_bytes = 10'000;
  RawClient talkative(connected_socket());
  talkative.send(head + std::string(10'000'000, 'x'));
  run_until([&] { return talkative.is_closed_ && connections_.count() == 0; });
}

// A mistyped address must not show another camera than the one that was meant.
TEST_F(ConnectionTest, AQueryThatCannotBeMeantIsRefusedBeforeTheUpgrade) {
  const auto answer_for = [this](const std::string& query) {
    return answer_to("GET /ws?" + query +
                     " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                     "Connection: Upgrade, close\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  };
  for (const char* query : {"camera=%zz", "camera=front&camera=back", "subscribe=all", "subscribe",
                            "subscribe=%", "subscribe=none&camera=%zz"}) {
    const std::string answer = answer_for(query);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << query << answer;
  }
  EXPECT_TRUE(answer_for("camera=").starts_with("HTTP/1.1 404 "));
  EXPECT_EQ(front_.viewer_count(), 0u);
}

// A stranger lets his own name point at this server; to the browser his page then is of our origin.
TEST_F(ConnectionTest, APageWhoseNameWasMadeToPointHereGetsNothing) {
  for (const char* target : {"/", "/ws", "/api/v1/cameras", "/protocol/README.md", "/nothing"}) {
    const std::string answer = answer_to(
        "GET " + std::string(target) +
        " HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 421 Misdirected Request\r\n")) << answer;
    EXPECT_NE(answer.find("by its IP address"), std::string::npos) << answer;
  }
}

TEST_F(ConnectionTest, AHandshakeWithBytesBehindItIsRefused) {
  const std::string answer = answer_to(
      "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\nearly");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
}

TEST_F(ConnectionTest, AnIdleConnectionIsEndedByAStop) {
  RawClient idle(connected_socket());
  run_until([&] { return connections_.count() == 1; });
  bool all_have_gone = false;
  connections_.end_gently([&] { all_have_gone = true; });
  run_until([&] { return all_have_gone && idle.is_closed_; });
}

}  // namespace
}  // namespace freshframe
