#include <memory>
#include <string>

#include "net_fixture.h"
#include "raw_client.h"

namespace freshframe {
namespace {

class PageHeadersTest : public NetTest {
 protected:
  PageHeadersTest() { published_.add(loop_, front_); }

  /// What came until the server closed, or for a stream the head.
  std::string answer_to(std::string request) {
    RawClient client(connected_socket());
    client.send(std::move(request));
    run_until([&] { return client.is_closed_ || client.has("--frame\r\n"); });
    return client.answer_;
  }

  void allow_in_frames_of(std::vector<std::string> ancestors) {
    browser_ = std::make_unique<BrowserPolicy>(
        BrowserPolicy::Options{.frame_ancestors = std::move(ancestors)});
  }

  static std::string get(const std::string& target, const std::string& headers = {}) {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers +
           "\r\n";
  }

  static bool has(const std::string& answer, const std::string& line) {
    return answer.find("\r\n" + line + "\r\n") != std::string::npos;
  }

  static void expect_all(const std::string& answer) {
    EXPECT_TRUE(has(answer,
                    "Content-Security-Policy: default-src 'none'; script-src 'self'; "
                    "style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
                    "manifest-src 'self'; base-uri 'none'; form-action 'none'; "
                    "require-trusted-types-for 'script'; trusted-types 'none'; "
                    "frame-ancestors 'none'"))
        << answer;
    for (const char* line :
         {"X-Frame-Options: DENY", "X-Content-Type-Options: nosniff",
          "Referrer-Policy: no-referrer", "Cross-Origin-Opener-Policy: same-origin",
          "Cross-Origin-Resource-Policy: same-origin"}) {
      EXPECT_TRUE(has(answer, line)) << line << "\n" << answer;
    }
    EXPECT_NE(answer.find("\r\nPermissions-Policy: accelerometer=(), "), std::string::npos);
    EXPECT_EQ(answer.find("=*"), std::string::npos);
  }
};

TEST_F(PageHeadersTest, EveryAnswerHasThemAll) {
  const std::string etag = [this] {
    const std::string page = answer_to(get("/"));
    const std::size_t tag = page.find("ETag: ") + 6;
    return page.substr(tag, page.find("\r\n", tag) - tag);
  }();
  const auto handshake = [](const std::string& headers) {
    return get("/ws", "Upgrade: websocket\r\nConnection: Upgrade\r\n" + headers);
  };
  const struct {
    const char* status;
    std::string request;
  } kCases[] = {
      {"200", get("/")},
      {"200", get("/app.js")},
      {"200", get("/protocol/")},
      {"200", get("/api/v1/cameras")},
      {"200", "HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"},
      {"200", get("/stream")},
      {"304", get("/", "If-None-Match: " + etag + "\r\n")},
      {"400", "no HTTP at all\r\n\r\n"},
      {"400", "GET / HTTP/1.1\r\n\r\n"},
      {"400", get("/", "X-Forwarded-For: x\r\n")},
      {"400", handshake("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \r\n")},
      {"403", get("/", "Origin: http://evil.example\r\n")},
      {"403", handshake("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                        "dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: null\r\n")},
      {"404", get("/nothing")},
      {"404", handshake("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                        "dGhlIHNhbXBsZSBub25jZQ==\r\n")
                  .replace(4, 3, "/ws?camera=attic")},
      {"404", get("/cameras/attic/stream")},
      {"405", "DELETE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"},
      {"409",
       "PUT /cameras/back/frame HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
       "Content-Length: 1\r\n\r\nx"},
      {"413", get("/", "Content-Length: 1\r\n")},
      {"414", get("/" + std::string(3000, 'a'))},
      {"421", "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"},
      {"422",
       "PUT /cameras/front/frame HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
       "Content-Length: 1\r\n\r\nx"},
      {"426", get("/ws")},
      {"426", handshake("Sec-WebSocket-Version: 12\r\n")},
      {"431", get("/", "X: " + std::string(9000, 'a') + "\r\n")},
  };
  for (const auto& [status, request] : kCases) {
    const std::string answer = answer_to(request);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + std::string(status) + " "))
        << request.substr(0, 200) << answer;
    expect_all(answer);
  }
}

TEST_F(PageHeadersTest, WhoeverIsTurnedAwayGetsThemToo) {
  limits_.viewers = 0;
  expect_all(answer_to(get("/stream")));
  limits_.connections = 0;
  expect_all(answer_to(get("/")));
}

TEST_F(PageHeadersTest, FramesAreForWhoIsListed) {
  allow_in_frames_of({"'self'"});
  const std::string self = answer_to(get("/"));
  EXPECT_NE(self.find("; frame-ancestors 'self'\r\n"), std::string::npos) << self;
  EXPECT_TRUE(has(self, "X-Frame-Options: SAMEORIGIN")) << self;

  allow_in_frames_of({"'self'", "http://localhost:5000"});
  const std::string others = answer_to(get("/"));
  EXPECT_NE(others.find("; frame-ancestors 'self' http://localhost:5000\r\n"), std::string::npos);
  EXPECT_EQ(others.find("X-Frame-Options"), std::string::npos) << others;
}

}  // namespace
}  // namespace freshframe
