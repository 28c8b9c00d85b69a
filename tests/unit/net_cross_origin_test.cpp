#include <memory>
#include <string>

#include "net_fixture.h"
#include "raw_client.h"

namespace freshframe {
namespace {

/// What pages of others get, on every route, over real sockets.
class CrossOriginTest : public NetTest {
 protected:
  CrossOriginTest() {
    published_.add(loop_, front_);
    browser_ = std::make_unique<BrowserPolicy>(
        BrowserPolicy::Options{.hosts = {}, .origins = {"http://localhost:5000"}});
  }

  std::string answer_to(std::string request) {
    RawClient client(connected_socket());
    client.send(std::move(request));
    run_until([&] { return client.is_closed_; });
    return client.answer_;
  }

  std::string ask(const std::string& line, const std::string& headers) {
    return answer_to(line + " HTTP/1.1\r\nHost: localhost:8080\r\nConnection: close\r\n" + headers +
                     "\r\n");
  }

  static bool has(const std::string& answer, const std::string& line) {
    return answer.find("\r\n" + line + "\r\n") != std::string::npos;
  }

  static constexpr const char* kEveryRoute[] = {"GET /",
                                                "GET /app.js",
                                                "GET /protocol/",
                                                "GET /api/v1/cameras",
                                                "GET /stream",
                                                "GET /cameras/front/stream",
                                                "GET /ws",
                                                "GET /nothing",
                                                "PUT /cameras/front/frame",
                                                "POST /cameras/front/frame"};

  static std::string body_of(const std::string& line) {
    return line.starts_with("P") ? "Content-Length: 0\r\n" : "";
  }
};

TEST_F(CrossOriginTest, PagesOfOthersGetNothingAnywhere) {
  for (const std::string line : kEveryRoute) {
    for (const char* headers :
         {"Origin: http://evil.example\r\n", "Origin: null\r\n",
          "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n",
          "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: cors\r\n"}) {
      const std::string answer = ask(line, headers + body_of(line));
      EXPECT_TRUE(answer.starts_with("HTTP/1.1 403 ")) << line << headers << answer;
      EXPECT_TRUE(has(answer, "Cross-Origin-Resource-Policy: same-origin")) << answer;
      EXPECT_EQ(answer.find("Access-Control-"), std::string::npos) << answer;
    }
    const std::string rebound = answer_to(
        line + " HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n" + body_of(line) + "\r\n");
    EXPECT_TRUE(rebound.starts_with("HTTP/1.1 421 ")) << line << rebound;
    EXPECT_NE(rebound.find("--allow-host evil.example"), std::string::npos) << rebound;
  }
  EXPECT_EQ(admission_.viewers(), 0u);
}

TEST_F(CrossOriginTest, AListedPageMayReadWhatItAsksFor) {
  for (const std::string line : kEveryRoute) {
    if (line.ends_with("/stream")) {
      continue;  // without an end
    }
    const std::string answer = ask(line, "Origin: http://localhost:5000\r\n" + body_of(line));
    EXPECT_FALSE(answer.starts_with("HTTP/1.1 403 ")) << line << answer;
    EXPECT_TRUE(has(answer, "Access-Control-Allow-Origin: http://localhost:5000")) << answer;
    EXPECT_TRUE(has(answer, "Cross-Origin-Resource-Policy: cross-origin")) << answer;
    EXPECT_TRUE(has(answer, "Vary: Origin")) << answer;
  }
}

TEST_F(CrossOriginTest, AListedPageMayShowTheStream) {
  RawClient client(connected_socket());
  client.send(
      "GET /stream HTTP/1.1\r\nHost: localhost:8080\r\nSec-Fetch-Site: same-site\r\n"
      "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\nReferer: "
      "http://localhost:5000/\r\n\r\n");
  run_until([&] { return client.has("--frame\r\n"); });
  EXPECT_TRUE(client.has("HTTP/1.1 200 OK\r\n")) << client.answer_;
  EXPECT_TRUE(has(client.answer_, "Cross-Origin-Resource-Policy: cross-origin"));
}

TEST_F(CrossOriginTest, APreflightSaysWhatMayBeSent) {
  const std::string asks = "Access-Control-Request-Method: PUT\r\n";
  const std::string answer =
      ask("OPTIONS /cameras/front/frame", "Origin: http://localhost:5000\r\n" + asks);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 204 ")) << answer;
  EXPECT_TRUE(has(answer, "Access-Control-Allow-Methods: PUT, POST")) << answer;
  EXPECT_TRUE(has(answer, "Access-Control-Allow-Origin: http://localhost:5000")) << answer;
  EXPECT_TRUE(
      has(answer, "Access-Control-Allow-Headers: Authorization, Content-Type, X-Captured-Us"));
  EXPECT_TRUE(ask("OPTIONS /cameras/front/frame", "Origin: http://evil.example\r\n" + asks)
                  .starts_with("HTTP/1.1 403 "));
  EXPECT_TRUE(ask("OPTIONS /cameras/front/frame", asks).starts_with("HTTP/1.1 405 "));
}

TEST_F(CrossOriginTest, OurOwnPageNeedsNoPermission) {
  const std::string answer = ask("GET /api/v1/cameras", "Origin: http://localhost:8080\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
  EXPECT_EQ(answer.find("Access-Control-"), std::string::npos) << answer;
  EXPECT_TRUE(has(answer, "Vary: Origin")) << answer;
}

}  // namespace
}  // namespace freshframe
