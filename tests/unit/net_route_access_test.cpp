#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/buffers_iterator.hpp>
#include <boost/beast/http/field.hpp>

#include "net/credentials.h"
#include "net/route_table.h"
#include "net/routes.h"
#include "net/static_files.h"

namespace freshframe {
namespace {

namespace http = boost::beast::http;

// A route without a role does not compile: there is no row without all five.
static_assert(!std::is_default_constructible_v<Route>);
static_assert(!std::is_aggregate_v<Route>);
static_assert(std::is_constructible_v<Route, Methods, std::string_view, Roles, Challenge, Handler>);
static_assert(!std::is_constructible_v<Route, Methods, std::string_view, Challenge, Handler>);
static_assert(!std::is_constructible_v<Route, Methods, std::string_view, Handler>);

enum class Way { kBearer, kBasic, kSubprotocol, kQuery, kCookie };

constexpr Way kWays[] = {Way::kBearer, Way::kBasic, Way::kSubprotocol, Way::kQuery, Way::kCookie};

/// Who asks: nobody in particular, somebody with a wrong token, or the holder of a role's token.
struct Asker {
  std::string name;
  Roles grants;
  std::string token;
  std::string in_base64;       // of the token
  std::string pair_in_base64;  // of ":" and the token
};

const std::vector<Asker> kAskers{
    {"view", granted_by(Role::kView), "the-view-token", "dGhlLXZpZXctdG9rZW4",
     "OnRoZS12aWV3LXRva2Vu"},
    {"publish", granted_by(Role::kPublish), "the-publish-token", "dGhlLXB1Ymxpc2gtdG9rZW4",
     "OnRoZS1wdWJsaXNoLXRva2Vu"},
    {"admin", granted_by(Role::kAdmin), "the-admin-token", "dGhlLWFkbWluLXRva2Vu",
     "OnRoZS1hZG1pbi10b2tlbg=="},
    {"wrong", Roles::none(), "a-wrong-token", "YS13cm9uZy10b2tlbg", "OmEtd3JvbmctdG9rZW4="},
};

/// The answer as it goes over the wire; empty where the request becomes something else.
std::string written(Answer answer) {
  auto* const response = std::get_if<HttpResponse>(&answer);
  std::string text;
  while (response != nullptr && !response->is_done()) {
    boost::beast::error_code error;
    const auto buffers = response->prepare(error);
    std::size_t size = 0;
    for (const auto& buffer : buffers) {
      text.append(static_cast<const char*>(buffer.data()), buffer.size());
      size += buffer.size();
    }
    if (error) {
      break;
    }
    response->consume(size);
  }
  return text;
}

int status_of(const std::string& answer) {
  // "HTTP/1.1 401 ..."
  return answer.empty() ? 101 : std::stoi(answer.substr(9, 3));
}

class RouteAccessTest : public ::testing::Test {
 protected:
  RouteAccessTest() {
    hub_.add("front", "a test");
    for (const Asker& asker : kAskers) {
      if (!asker.grants.is_empty()) {
        tokens_.add(asker.token, asker.grants);
      }
    }
    access_ = AccessControl({}, tokens_);
  }

  static std::string address_of(const Route& route) {
    if (route.path == kEveryFile) {
      return "/";
    }
    std::string path(route.path);
    if (const std::size_t name = path.find("NAME"); name != std::string::npos) {
      path.replace(name, 4, "front");
    }
    if (route.needs == "action") {
      path += "?action=stream";
    }
    return path == "/ws" ? "/ws?subscribe=none" : path;
  }

  static std::vector<http::verb> methods_of(const Route& route) {
    std::vector<http::verb> methods;
    for (const http::verb method :
         {http::verb::get, http::verb::head, http::verb::put, http::verb::post, http::verb::patch,
          http::verb::delete_, http::verb::options}) {
      if (allows(route.methods, method)) {
        methods.push_back(method);
      }
    }
    return methods;
  }

  static HttpRequest request_for(const std::string& target, http::verb method) {
    HttpRequest request(method, target, 11);
    request.set(http::field::host, "127.0.0.1:8080");
    if (method == http::verb::put || method == http::verb::post || method == http::verb::patch) {
      request.set(http::field::content_length, "3");
    }
    if (target.starts_with("/ws")) {
      request.set(http::field::connection, "Upgrade");
      request.set(http::field::upgrade, "websocket");
      request.set(http::field::sec_websocket_version, "13");
      request.set(http::field::sec_websocket_key, "dGhlIHNhbXBsZSBub25jZQ==");
    }
    return request;
  }

  HttpRequest with(const Asker& asker, Way way, std::string target, http::verb method) {
    if (way == Way::kQuery) {
      target += (target.find('?') == std::string::npos ? "?token=" : "&token=") + asker.token;
    }
    HttpRequest request = request_for(target, method);
    switch (way) {
      case Way::kBearer:
        request.set(http::field::authorization, "Bearer " + asker.token);
        break;
      case Way::kBasic:
        request.set(http::field::authorization, "Basic " + asker.pair_in_base64);
        break;
      case Way::kSubprotocol:
        request.set(http::field::sec_websocket_protocol,
                    "freshframe.v1.json, freshframe.bearer." + asker.in_base64);
        break;
      case Way::kQuery:
        break;
      case Way::kCookie:
        request.set(http::field::cookie,
                    "freshframe-8080=" + (asker.grants.is_empty()
                                              ? std::string("7.99999999999.00")
                                              : access_->issue_ticket(asker.grants, now_)));
        break;
    }
    return request;
  }

  /// From an address of its own, unless told otherwise, so that nobody is blocked.
  std::string answer_to(HttpRequest request, std::optional<std::string> from = std::nullopt) {
    const auto address = from ? boost::asio::ip::make_address(*from)
                              : boost::asio::ip::address(boost::asio::ip::address_v4(++peers_));
    const Peer peer{.address = address, .port = 8080, .is_tls = is_tls_};
    BrowserPolicy browser({.is_tls = is_tls_});
    const Services services{hub_, published_, connections_, limits_, *access_, admission_, browser};
    return written(route(request, services, peer, now_));
  }

  std::string get(const std::string& target, const std::string& token = {}) {
    HttpRequest request = request_for(target, http::verb::get);
    if (!token.empty()) {
      request.set(http::field::authorization, "Bearer " + token);
    }
    return answer_to(std::move(request));
  }

  Hub hub_;
  PublishedStreams published_;
  OpenConnections connections_;
  Limits limits_;
  Admission admission_{limits_, {}};
  TokenSet tokens_;
  std::optional<AccessControl> access_;
  AccessControl::TimePoint now_{std::chrono::seconds{9000}};
  std::uint32_t peers_ = 0x0a000000;
  bool is_tls_ = false;
};

TEST_F(RouteAccessTest, EveryRouteHasTheRolesThatItShouldHave) {
  // Written down a second time, so that nobody opens a route by a slip.
  const std::map<std::string, Roles> wanted{
      {std::string(kEveryFile), Role::kView},
      {"/ws", Role::kView | Role::kPublish},
      {"/api/v1/cameras", Role::kView},
      {"/api/v1/cameras/NAME/controls", Role::kView},
      {"PATCH /api/v1/cameras/NAME/controls", Role::kAdmin},
      {"/", Role::kView},
      {"/cameras/NAME/", Role::kView},
      {"/stream", Role::kView},
      {"/cameras/NAME/stream", Role::kView},
      {"/snapshot", Role::kView},
      {"/snapshot.jpg", Role::kView},
      {"/cameras/NAME/snapshot", Role::kView},
      {"/cameras/NAME/snapshot.jpg", Role::kView},
      {"/state", Role::kView},
      {"/cameras/NAME/state", Role::kView},
      {"/cameras/NAME/frame", Role::kPublish},
      {"/metrics", Role::kView},
      {"/readyz", Role::kView},
      {"/healthz", kEverybody},
  };
  EXPECT_EQ(route_table().size(), wanted.size());
  for (const Route& route : route_table()) {
    const std::string place =
        (route.methods == Methods::kPatch ? "PATCH " : "") + std::string(route.path);
    ASSERT_TRUE(wanted.contains(place)) << place;
    EXPECT_EQ(route.roles, wanted.at(place)) << place;
  }
}

TEST_F(RouteAccessTest, EveryRouteOpensToItsRolesTokensAndToNoOther) {
  for (const Route& route : route_table()) {
    if (route.roles == kEverybody) {
      continue;
    }
    ASSERT_FALSE(methods_of(route).empty());
    for (const http::verb method : methods_of(route)) {
      const std::string place = std::string(http::to_string(method)) + " " + address_of(route);
      EXPECT_EQ(status_of(answer_to(request_for(address_of(route), method))), 401) << place;
      for (const Asker& asker : kAskers) {
        for (const Way way : kWays) {
          const std::string answer = answer_to(with(asker, way, address_of(route), method));
          const std::string what =
              place + " " + asker.name + " by way " + std::to_string(static_cast<int>(way));
          if (asker.grants.has_any_of(route.roles)) {
            EXPECT_NE(status_of(answer), 401) << what;
            EXPECT_NE(status_of(answer), 403) << what;
            EXPECT_LT(status_of(answer), 410) << what;
          } else {
            EXPECT_EQ(status_of(answer), asker.grants.is_empty() ? 401 : 403) << what;
          }
          EXPECT_EQ(answer.find(asker.token), std::string::npos) << what << " shows the token";
          EXPECT_EQ(answer.find(asker.in_base64), std::string::npos) << what;
        }
      }
    }
  }
}

TEST_F(RouteAccessTest, WhatIsForEverybodyTellsNothing) {
  const std::string answer = get("/healthz");
  EXPECT_TRUE(answer.ends_with("\r\n\r\nok\n")) << answer;
  for (const Asker& asker : kAskers) {
    for (const Way way : kWays) {
      EXPECT_EQ(status_of(answer_to(with(asker, way, "/healthz", http::verb::get))), 200);
    }
  }
}

TEST_F(RouteAccessTest, AnOpenServerLetsEverybodyInWhateverTheySend) {
  const AccessControl closed = *access_;
  for (const Route& route : route_table()) {
    for (const http::verb method : methods_of(route)) {
      access_ = AccessControl::open_to_all();
      const int plain = status_of(answer_to(request_for(address_of(route), method)));
      EXPECT_TRUE(plain == 101 || plain == 200 || plain == 409) << plain;
      for (const Asker& asker : kAskers) {
        for (const Way way : kWays) {
          access_ = closed;
          HttpRequest request = with(asker, way, address_of(route), method);
          access_ = AccessControl::open_to_all();
          const bool is_page = route.path == kEveryFile && way == Way::kQuery;
          EXPECT_EQ(status_of(answer_to(request)), is_page ? 303 : plain)
              << address_of(route) << " " << asker.name;
        }
      }
    }
  }
}

// Every route, so that a new one cannot be forgotten.
TEST_F(RouteAccessTest, ThroughAProxyAServerThatIsOpenToThisMachineIsOnlyWatched) {
  access_ = AccessControl(*access_rules({}), TokenSet());
  for (const Route& route : route_table()) {
    for (const http::verb method : methods_of(route)) {
      HttpRequest request = request_for(address_of(route), method);
      const int plain = status_of(answer_to(request));
      request.set("X-Forwarded-For", "127.0.0.1");
      const bool is_watching = route.roles == kEverybody || route.roles.has_any_of(Role::kView);
      const std::string answer = answer_to(request);
      EXPECT_EQ(status_of(answer), is_watching ? plain : 403) << address_of(route);
      EXPECT_EQ(answer.find("who comes through a proxy may only watch") == std::string::npos,
                is_watching);
    }
  }
}

TEST_F(RouteAccessTest, EveryFileOfThePageNeedsAViewToken) {
  ASSERT_GT(static_files().size(), 20U);
  for (const StaticFile& file : static_files()) {
    EXPECT_EQ(status_of(get(std::string(file.path))), 401) << file.path;
    EXPECT_EQ(status_of(get(std::string(file.path), "the-view-token")), 200) << file.path;
  }
}

TEST_F(RouteAccessTest, APageIsOpenedAgainWithoutItsTokenAndWithACookie) {
  const std::string answer = get("/?camera=a%26b&token=the-view-token&x=y");
  EXPECT_EQ(status_of(answer), 303);
  EXPECT_NE(answer.find("\r\nLocation: ./?camera=a%26b&x=y\r\n"), std::string::npos) << answer;
  EXPECT_NE(answer.find("\r\nCache-Control: no-store\r\n"), std::string::npos);
  EXPECT_NE(answer.find("; Path=/; HttpOnly; SameSite=Strict\r\n"), std::string::npos) << answer;
  const std::size_t begin = answer.find("Set-Cookie: ") + 12;
  const std::string cookie = answer.substr(begin, answer.find(';', begin) - begin);

  HttpRequest page = request_for("/", http::verb::get);
  page.set(http::field::cookie, cookie);
  EXPECT_EQ(status_of(answer_to(page)), 200);
  HttpRequest upload = request_for("/cameras/front/frame", http::verb::put);
  upload.set(http::field::cookie, cookie);
  EXPECT_EQ(status_of(answer_to(upload)), 403) << "the cookie allows what the token did";

  EXPECT_NE(get("/?token=the-view-token").find("\r\nLocation: ./\r\n"), std::string::npos);
  EXPECT_NE(get("/protocol/examples/browser.html?token=the-view-token")
                .find("\r\nLocation: browser.html\r\n"),
            std::string::npos);
  EXPECT_EQ(status_of(get("/app.js?token=the-view-token")), 200) << "this is no page";
}

TEST_F(RouteAccessTest, OverTlsTheCookieIsSecure) {
  is_tls_ = true;
  const std::string answer = get("/?token=the-view-token");
  EXPECT_NE(answer.find("\r\nSet-Cookie: __Host-freshframe-8080="), std::string::npos) << answer;
  EXPECT_NE(answer.find("; SameSite=Strict; Secure\r\n"), std::string::npos) << answer;
}

TEST_F(RouteAccessTest, AWrongTokenIsNotRedirected) {
  const std::string answer = get("/?token=a-wrong-token");
  EXPECT_EQ(status_of(answer), 401);
  EXPECT_EQ(answer.find("Set-Cookie"), std::string::npos);
  EXPECT_NE(answer.find("?token=TOKEN"), std::string::npos) << "it says how to open the page";
}

TEST_F(RouteAccessTest, AnOpenServerSetsNoCookie) {
  access_ = AccessControl::open_to_all();
  const std::string answer = get("/?token=any");
  EXPECT_EQ(status_of(answer), 303);
  EXPECT_EQ(answer.find("Set-Cookie"), std::string::npos);
}

TEST_F(RouteAccessTest, OnlyAddressesThatNoPageFetchesAskForAPassword) {
  for (const Route& route : route_table()) {
    if (route.roles == kEverybody) {
      continue;
    }
    const std::string answer = answer_to(request_for(address_of(route), methods_of(route).front()));
    EXPECT_NE(answer.find("\r\nWWW-Authenticate: Bearer realm=\"Freshframe\"\r\n"),
              std::string::npos);
    const bool pages_fetch_it =
        route.path == kEveryFile || route.path == "/ws" || route.path.starts_with("/api/");
    EXPECT_EQ(answer.find("Basic") == std::string::npos, pages_fetch_it) << address_of(route);
  }
}

TEST_F(RouteAccessTest, AForeignPageFindsOutNothing) {
  for (const Route& route : route_table()) {
    for (const std::string token : {"", "the-admin-token", "a-wrong-token"}) {
      HttpRequest request = request_for(address_of(route), methods_of(route).front());
      if (!token.empty()) {
        request.set(http::field::authorization, "Bearer " + token);
      }
      HttpRequest of_foreign_page = request;
      of_foreign_page.set(http::field::origin, "http://evil.example");
      EXPECT_EQ(status_of(answer_to(of_foreign_page)), 403) << address_of(route);
      HttpRequest to_foreign_name = request;
      to_foreign_name.set(http::field::host, "evil.example");
      EXPECT_EQ(status_of(answer_to(to_foreign_name)), 421) << address_of(route);
    }
  }
}

TEST_F(RouteAccessTest, AForeignPagesWrongTokensDoNotBlockItsVisitor) {
  for (int i = 0; i < 20; ++i) {
    HttpRequest request = request_for("/stream?token=guess", http::verb::get);
    request.set(http::field::origin, "http://evil.example");
    EXPECT_EQ(status_of(answer_to(request, "192.0.2.1")), 403);
  }
  HttpRequest request = request_for("/?token=the-view-token", http::verb::get);
  EXPECT_EQ(status_of(answer_to(request, "192.0.2.1")), 303);
}

TEST_F(RouteAccessTest, AfterTenWrongTokensAnAddressIsToldWhenToTryAgain) {
  HttpRequest wrong = request_for("/api/v1/cameras?token=guess", http::verb::get);
  HttpRequest right = request_for("/api/v1/cameras?token=the-view-token", http::verb::get);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(status_of(answer_to(wrong, "192.0.2.1")), 401);
  }
  now_ += std::chrono::seconds{15};
  const std::string answer = answer_to(right, "192.0.2.1");
  EXPECT_EQ(status_of(answer), 429);
  EXPECT_NE(answer.find("\r\nRetry-After: 45\r\n"), std::string::npos) << answer;
  EXPECT_EQ(status_of(answer_to(right, "192.0.2.2")), 200);
  now_ += std::chrono::seconds{45};
  EXPECT_EQ(status_of(answer_to(right, "192.0.2.1")), 200);
}

TEST_F(RouteAccessTest, TwoDifferentTokensAreRefused) {
  HttpRequest request = request_for("/?token=the-view-token", http::verb::get);
  request.set(http::field::authorization, "Bearer the-admin-token");
  EXPECT_EQ(status_of(answer_to(request)), 400);
}

TEST_F(RouteAccessTest, WhereNoTokenPublishesTheRefusalNamesTheOption) {
  TokenSet tokens;
  tokens.add("the-view-token", granted_by(Role::kView));
  access_ = AccessControl({}, tokens);
  for (const std::string query : {"", "?token=the-view-token"}) {
    const std::string answer =
        answer_to(request_for("/cameras/front/frame" + query, http::verb::put));
    EXPECT_EQ(status_of(answer), 403);
    EXPECT_NE(answer.find("--publish-token-file FILE"), std::string::npos) << answer;
  }
}

TEST_F(RouteAccessTest, WhoPublishesOnlyConnectsWithoutASubscription) {
  EXPECT_EQ(status_of(get("/ws?subscribe=none", "the-publish-token")), 101);
  for (const std::string target : {"/ws", "/ws?camera=front", "/ws?camera=unknown"}) {
    const std::string answer = get(target, "the-publish-token");
    EXPECT_EQ(status_of(answer), 403);
    EXPECT_NE(answer.find("/ws?subscribe=none"), std::string::npos);
  }
  EXPECT_EQ(status_of(get("/ws", "the-view-token")), 101);
  EXPECT_EQ(status_of(get("/ws", "the-admin-token")), 101);
}

TEST_F(RouteAccessTest, NamesOfCamerasAreForThoseWhoMaySeeThem) {
  EXPECT_EQ(status_of(get("/cameras/unknown/stream")), 401);
  EXPECT_EQ(status_of(get("/cameras/unknown/stream", "the-view-token")), 404);
}

}  // namespace
}  // namespace freshframe
