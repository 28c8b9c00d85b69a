#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include <boost/beast/http/field.hpp>

#include "net/credentials.h"

namespace freshframe {
namespace {

namespace http = boost::beast::http;
using Headers = std::vector<std::pair<std::string, std::string>>;

/// What was found, in short: a token, a ticket behind a bar, or the refusal's status.
std::string found(const Headers& headers, std::string_view query = {}, bool is_tls = false) {
  HttpRequest request;
  for (const auto& [name, value] : headers) {
    request.insert(name, value);
  }
  const Peer peer{.address = {}, .port = 8080, .is_tls = is_tls};
  const auto credentials = read_credentials(request, query, peer);
  if (!credentials) {
    return std::to_string(static_cast<unsigned>(credentials.error().status));
  }
  return credentials->token.value_or("none") +
         (credentials->ticket ? "|" + *credentials->ticket : "");
}

TEST(CredentialsTest, ATokenTravelsInFiveWays) {
  EXPECT_EQ(found({}), "none");
  EXPECT_EQ(found({{"Authorization", "Bearer the-token"}}), "the-token");
  EXPECT_EQ(found({{"authorization", "bEARER   the-token"}}), "the-token");
  EXPECT_EQ(found({{"Authorization", "Basic YW55Ym9keTp0aGUtdG9rZW4="}}), "the-token");
  EXPECT_EQ(
      found({{"Sec-WebSocket-Protocol", "freshframe.v1.json, freshframe.bearer.dGhlLXRva2Vu"}}),
      "the-token");
  EXPECT_EQ(found({{"Sec-WebSocket-Protocol", "freshframe.bearer.dGhlLXRva2Vu"},
                   {"Sec-WebSocket-Protocol", "freshframe.v1.json"}}),
            "the-token");
  EXPECT_EQ(found({}, "camera=a&token=the-token"), "the-token");
  EXPECT_EQ(found({}, "token=the%2Dtoken"), "the-token");
  EXPECT_EQ(found({{"Cookie", "freshframe-8080=ticket"}}), "none|ticket");
}

TEST(CredentialsTest, BasicHasTheTokenAsPasswordWhateverTheUserIsCalled) {
  EXPECT_EQ(found({{"Authorization", "Basic OnRva2Vu"}}), "token");    // :token
  EXPECT_EQ(found({{"Authorization", "Basic YTpiOmM="}}), "b:c");      // a:b:c
  EXPECT_EQ(found({{"Authorization", "Basic YW55Ym9keTo="}}), "");     // anybody:
  EXPECT_EQ(found({{"Authorization", "Basic bm9Db2xvbg=="}}), "400");  // noColon
  EXPECT_EQ(found({{"Authorization", "Basic !!!"}}), "400");
  EXPECT_EQ(found({{"Authorization", "Basic"}}), "400");
}

TEST(CredentialsTest, WhatAProxyHasPassedOnIsKnown) {
  const auto is_forwarded = [](std::string_view name) {
    HttpRequest request;
    request.insert("Host", "localhost");
    request.insert(name, "127.0.0.1");
    return read_credentials(request, {}, Peer{.address = {}, .port = 8080})->is_forwarded;
  };
  for (const char* name : {"X-Forwarded-For", "x-forwarded-for", "Forwarded", "X-Forwarded-Host",
                           "X-Forwarded-Proto", "X-Real-IP", "Via"}) {
    EXPECT_TRUE(is_forwarded(name)) << name;
  }
  EXPECT_FALSE(is_forwarded("Accept"));
}

TEST(CredentialsTest, OtherSchemesAreNotLookedAt) {
  // Home Assistant and requests try Digest where Basic did not do.
  EXPECT_EQ(found({{"Authorization", "Digest username=\"a\", realm=\"b\""}}), "none");
  EXPECT_EQ(found({{"Authorization", ""}}), "none");
  EXPECT_EQ(found({{"Authorization", "the-token"}}), "none");
}

TEST(CredentialsTest, BothAlphabetsOfBase64AreUnderstood) {
  EXPECT_EQ(found({{"Sec-WebSocket-Protocol", "freshframe.bearer.fj9-P34_Pj4"}}), "~?~?~?>>");
  EXPECT_EQ(found({{"Authorization", "Basic On4/fj9+Pz4+"}}), "~?~?~?>>");
  EXPECT_EQ(found({{"Sec-WebSocket-Protocol", "freshframe.bearer.x"}}), "400");
}

TEST(CredentialsTest, APlusSignThatWasNotEncodedIsUnderstood) {
  EXPECT_EQ(found({}, "token=a+b%2Bc"), "a+b+c");
}

TEST(CredentialsTest, TheSameTokenMayComeTwiceAndTwoMayNot) {
  const std::pair<std::string, std::string> bearer{"Authorization", "Bearer the-token"};
  const std::pair<std::string, std::string> subprotocol{"Sec-WebSocket-Protocol",
                                                        "freshframe.bearer.dGhlLXRva2Vu"};
  EXPECT_EQ(found({bearer, subprotocol}, "token=the-token"), "the-token");
  EXPECT_EQ(found({bearer}, "token=another"), "400");
  EXPECT_EQ(found({subprotocol}, "token=another"), "400");
  EXPECT_EQ(found({bearer, {"Authorization", "Bearer another"}}), "400");
  EXPECT_EQ(found({bearer, {"Authorization", "Basic OnRva2Vu"}}), "400");
  EXPECT_EQ(found({subprotocol, {"Sec-WebSocket-Protocol", "freshframe.bearer.YWJj"}}), "400");
  EXPECT_EQ(found({}, "token=a&token=a"), "400");
  EXPECT_EQ(found({}, "token=%zz"), "400");
}

TEST(CredentialsTest, ACookieStandsBesideATokenForItIsSentUnasked) {
  EXPECT_EQ(found({{"Cookie", "freshframe-8080=ticket"}}, "token=the-token"), "the-token|ticket");
}

TEST(CredentialsTest, TheCookieIsFoundAmongOthers) {
  EXPECT_EQ(found({{"Cookie", "a=b; freshframe-8080=ticket;c=d"}}), "none|ticket");
  EXPECT_EQ(found({{"Cookie", "a=b"}, {"Cookie", "freshframe-8080=ticket"}}), "none|ticket");
  EXPECT_EQ(found({{"Cookie", "freshframe-8081=other; x-freshframe-8080=no; freshframe-8080"}}),
            "none");
}

TEST(CredentialsTest, OverTlsTheCookieIsAnotherOne) {
  EXPECT_EQ(found({{"Cookie", "freshframe-8080=ticket"}}, {}, true), "none");
  EXPECT_EQ(found({{"Cookie", "__Host-freshframe-8080=ticket"}}, {}, true), "none|ticket");
  EXPECT_EQ(found({{"Cookie", "__Host-freshframe-8080=ticket"}}, {}, false), "none");
  const Peer plain{.address = {}, .port = 80, .is_tls = false};
  const Peer tls{.address = {}, .port = 443, .is_tls = true};
  EXPECT_EQ(set_cookie_value("t", plain), "freshframe-80=t; Path=/; HttpOnly; SameSite=Strict");
  EXPECT_EQ(set_cookie_value("t", tls),
            "__Host-freshframe-443=t; Path=/; HttpOnly; SameSite=Strict; Secure");
}

}  // namespace
}  // namespace freshframe
