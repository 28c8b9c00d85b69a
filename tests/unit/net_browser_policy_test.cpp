#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "net/browser_policy.h"

namespace freshframe {
namespace {

namespace http = boost::beast::http;
using Kind = BrowserPolicy::Kind;
using Headers = std::vector<std::pair<std::string, std::string>>;

HttpRequest request(const Headers& headers, http::verb method = http::verb::get) {
  HttpRequest request(method, "/", 11);
  request.set(http::field::host, "camera.local:8080");
  for (const auto& [name, value] : headers) {
    if (name == "Host") {
      request.set(http::field::host, value);
    } else {
      request.insert(name, value);
    }
  }
  return request;
}

class BrowserPolicyTest : public ::testing::Test {
 protected:
  /// 200, or the status with which it is refused.
  unsigned page(const Headers& headers, http::verb method = http::verb::get) {
    return status(policy_.check(request(headers, method), Kind::kPage));
  }
  unsigned data(const Headers& headers, http::verb method = http::verb::get) {
    return status(policy_.check(request(headers, method), Kind::kData));
  }
  static unsigned status(const std::optional<Refusal>& refusal) {
    return refusal ? static_cast<unsigned>(refusal->status) : 200;
  }
  std::string reason(const Headers& headers) {
    const auto refusal = policy_.check(request(headers), Kind::kData);
    return refusal ? refusal->reason : "";
  }

  BrowserPolicy policy_{{.hosts = {"camera.example.org"},
                         .origins = {"http://localhost:5000", "https://dash.example"}}};
};

TEST_F(BrowserPolicyTest, ProgramsAreLetThrough) {
  EXPECT_EQ(page({}), 200u);
  EXPECT_EQ(data({}), 200u);
  EXPECT_EQ(data({}, http::verb::put), 200u);
  EXPECT_EQ(status(policy_.check(HttpRequest(http::verb::get, "/", 10), Kind::kData)), 200u);
}

TEST_F(BrowserPolicyTest, OnlyNamesOfThisNetworkAndListedOnesAreAnswered) {
  for (const char* host :
       {"127.0.0.1:8080", "[::1]", "raspberrypi", "camera.lan", "camera.example.org",
        "Camera.Example.ORG:8443", "camera.example.org."}) {
    EXPECT_EQ(page({{"Host", host}}), 200u) << host;
  }
  for (const char* host : {"evil.example", "camera.example.org.evil.example", "example.org",
                           "x.camera.example.org", "camera.example.org:80:80", "", "a b"}) {
    EXPECT_EQ(page({{"Host", host}}), 421u) << host;
    EXPECT_EQ(data({{"Host", host}}), 421u) << host;
  }
}

TEST_F(BrowserPolicyTest, WhatIsRefusedIsCountedByWhatWasWrong) {
  data({{"Host", "evil.example"}, {"Origin", "http://evil.example"}});
  data({{"Host", "localhost"}, {"Origin", "http://evil.example"}});
  data({{"Host", "localhost"}, {"Sec-Fetch-Site", "cross-site"}});
  data({{"Host", "localhost"}});
  EXPECT_EQ(policy_.refused_hosts(), 1u);
  EXPECT_EQ(policy_.refused_origins(), 2u);
}

TEST_F(BrowserPolicyTest, TheRefusalNamesTheOptionThatWouldAllowIt) {
  EXPECT_NE(reason({{"Host", "Cam.Example.com:8080"}}).find("--allow-host cam.example.com would"),
            std::string::npos);
  EXPECT_EQ(reason({{"Host", "a b"}}).find("--allow-host"), std::string::npos);
  EXPECT_EQ(reason({{"Origin", "HTTP://Evil.example:80"}}),
            "a page of http://evil.example may not use this server; --allow-origin "
            "http://evil.example would allow it");
}

TEST_F(BrowserPolicyTest, WhatAStrangerSentIsOneLineInTheLog) {
  const std::string host = reason({{"Host", "evil.example\x1b[31m\xff" + std::string(500, 'x')}});
  EXPECT_NE(host.find("evil.example?[31m?xxx"), std::string::npos) << host;
  EXPECT_LT(host.size(), 400u);
  const std::string origin = reason({{"Origin", "\x01\x02"}});
  EXPECT_NE(origin.find("(\?\?)"), std::string::npos) << origin;
}

TEST_F(BrowserPolicyTest, OurOwnPageAndListedOnesMayAsk) {
  for (const char* origin : {"http://camera.local:8080", "HTTP://CAMERA.local:8080",
                             "http://localhost:5000", "https://dash.example"}) {
    EXPECT_EQ(data({{"Origin", origin}}), 200u) << origin;
    EXPECT_EQ(data({{"Origin", origin}}, http::verb::put), 200u) << origin;
  }
  EXPECT_EQ(data({{"Host", "camera.local"}, {"Origin", "http://camera.local:80"}}), 200u);
  EXPECT_EQ(data({{"Host", "[::1]:8080"}, {"Origin", "http://[0:0::1]:8080"}}), 200u);
}

TEST_F(BrowserPolicyTest, PagesOfOthersMayNot) {
  for (const char* origin :
       {"http://evil.example", "http://camera.local", "http://camera.local:8081",
        "https://camera.local:8080", "http://localhost:5001", "https://localhost:5000",
        "http://dash.example", "https://dash.example.evil.example", "https://x.dash.example",
        "null", "", "camera.local:8080", "http://camera.local:8080/", "file://", "http://",
        "chrome-extension://abcdef", "http://localhost:5000 http://localhost:5000",
        "http://localhost:5000,http://localhost:5000"}) {
    EXPECT_EQ(data({{"Origin", origin}}), 403u) << origin;
    EXPECT_EQ(page({{"Origin", origin}}), 403u) << origin;
  }
  EXPECT_EQ(data({{"Origin", "http://localhost:5000"}, {"Origin", "http://localhost:5000"}}), 400u);
}

TEST_F(BrowserPolicyTest, UnderTlsOurOwnPageIsOfHttps) {
  BrowserPolicy policy({.hosts = {}, .origins = {}, .is_tls = true});
  EXPECT_FALSE(policy.check(request({{"Origin", "https://camera.local:8080"}}), Kind::kData));
  EXPECT_TRUE(policy.check(request({{"Origin", "http://camera.local:8080"}}), Kind::kData));
}

TEST_F(BrowserPolicyTest, WhatABrowserFetchesForAPageOfOthersIsRefused) {
  for (const char* site : {"cross-site", "same-site", "something-new", ""}) {
    for (const char* mode : {"no-cors", "cors", "websocket", "navigate"}) {
      EXPECT_EQ(data({{"Sec-Fetch-Site", site}, {"Sec-Fetch-Mode", mode}}), 403u) << site << mode;
    }
    EXPECT_EQ(page({{"Sec-Fetch-Site", site}, {"Sec-Fetch-Mode", "no-cors"}}), 403u) << site;
  }
  for (const char* site : {"same-origin", "none"}) {
    EXPECT_EQ(data({{"Sec-Fetch-Site", site}, {"Sec-Fetch-Mode", "no-cors"}}), 200u) << site;
  }
  EXPECT_EQ(data({{"Sec-Fetch-Site", "none"}, {"Sec-Fetch-Site", "cross-site"}}), 403u);
}

TEST_F(BrowserPolicyTest, ALinkMayLeadToThePageAndNotToThePictures) {
  const Headers link{{"Sec-Fetch-Site", "cross-site"},
                     {"Sec-Fetch-Mode", "navigate"},
                     {"Sec-Fetch-Dest", "document"}};
  EXPECT_EQ(page(link), 200u);
  EXPECT_EQ(data(link), 403u);
  EXPECT_EQ(page(link, http::verb::post), 403u);
  const Headers object{{"Sec-Fetch-Site", "cross-site"},
                       {"Sec-Fetch-Mode", "navigate"},
                       {"Sec-Fetch-Dest", "object"}};
  EXPECT_EQ(page(object), 403u);
}

Headers image(const std::string& referer, const std::string& site = "same-site") {
  return {{"Sec-Fetch-Site", site},
          {"Sec-Fetch-Mode", "no-cors"},
          {"Sec-Fetch-Dest", "image"},
          {"Referer", referer}};
}

TEST_F(BrowserPolicyTest, AListedPageMayShowACameraAsAnImage) {
  EXPECT_EQ(data(image("http://localhost:5000/")), 200u);
  EXPECT_EQ(data(image("https://dash.example/a?b#c", "cross-site")), 200u);
  EXPECT_EQ(data(image("http://localhost:5001/")), 403u);
  EXPECT_EQ(data(image("http://localhost:5000.evil.example/")), 403u);
  EXPECT_EQ(data(image("http://localhost:5000@evil.example/")), 403u);
  EXPECT_EQ(data(image("")), 403u);
  EXPECT_EQ(data(image("http://localhost:5000/"), http::verb::post), 403u);
  Headers script = image("http://localhost:5000/");
  script[2].second = "script";
  EXPECT_EQ(data(script), 403u);
}

// Browsers send no Sec-Fetch-Site to http://192.168.1.5, of which anybody on the way could change
// it.
TEST_F(BrowserPolicyTest, WithoutFetchMetadataRefererTells) {
  EXPECT_EQ(data({{"Referer", "http://evil.example/"}}), 403u);
  EXPECT_EQ(page({{"Referer", "http://evil.example/"}}), 200u);
  EXPECT_EQ(data({{"Referer", "http://camera.local:8080/"}}), 200u);
  EXPECT_EQ(data({{"Referer", "http://localhost:5000/page"}}), 200u);
  EXPECT_EQ(data({{"Referer", "about:blank"}}), 200u);
}

TEST_F(BrowserPolicyTest, OnlyListedOriginsMayReadAnswers) {
  const AnswerHeaders listed =
      policy_.answer_headers(request({{"Origin", "HTTP://LOCALHOST:5000"}}));
  EXPECT_EQ(listed.reader, "http://localhost:5000");
  EXPECT_TRUE(listed.may_be_embedded);
  EXPECT_TRUE(listed.depends_on_origin);

  for (const Headers& headers :
       {Headers{{"Origin", "http://evil.example"}}, Headers{{"Origin", "null"}},
        Headers{{"Origin", "http://localhost:5000"}, {"Origin", "http://localhost:5000"}},
        Headers{{"Origin", "http://evil.example"}, {"Referer", "http://localhost:5000/"}},
        image("http://evil.example/"), Headers{}}) {
    const AnswerHeaders others = policy_.answer_headers(request(headers));
    EXPECT_EQ(others.reader, "");
    EXPECT_FALSE(others.may_be_embedded);
    EXPECT_TRUE(others.depends_on_origin);
  }

  const AnswerHeaders embedded = policy_.answer_headers(request(image("http://localhost:5000/")));
  EXPECT_EQ(embedded.reader, "");
  EXPECT_TRUE(embedded.may_be_embedded);
}

TEST_F(BrowserPolicyTest, WithoutAListNothingIsSaidOfOthers) {
  const BrowserPolicy policy({});
  const AnswerHeaders headers = policy.answer_headers(request({{"Origin", "http://a.example"}}));
  EXPECT_EQ(headers.reader, "");
  EXPECT_FALSE(headers.may_be_embedded || headers.depends_on_origin);
}

TEST_F(BrowserPolicyTest, APreflightIsAListedPagesQuestion) {
  const Headers asks{{"Origin", "http://localhost:5000"}, {"Access-Control-Request-Method", "PUT"}};
  EXPECT_TRUE(policy_.is_preflight(request(asks, http::verb::options)));
  EXPECT_FALSE(policy_.is_preflight(request(asks, http::verb::put)));
  EXPECT_FALSE(policy_.is_preflight(
      request({{"Origin", "http://evil.example"}, {"Access-Control-Request-Method", "PUT"}},
              http::verb::options)));
  EXPECT_FALSE(
      policy_.is_preflight(request({{"Origin", "http://localhost:5000"}}, http::verb::options)));
}

}  // namespace
}  // namespace freshframe
