#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include <boost/beast/http/field.hpp>

#include "net_session_fixture.h"

namespace freshframe {
namespace {

namespace http = boost::beast::http;

constexpr const char* kPublish = R"({"type":"publish","camera":"vision","id":7})";
constexpr const char* kSubscribe = R"({"type":"subscribe","camera":"front","id":8})";

/// A server with tokens, and "vision" for publishing.
class SessionAccessTest : public SessionTest {
 protected:
  SessionAccessTest() {
    TokenSet tokens;
    tokens.add("view", granted_by(Role::kView));
    tokens.add("publish", granted_by(Role::kPublish));
    tokens.add("admin", granted_by(Role::kAdmin));
    access_ = AccessControl({}, tokens);
    published_.add(loop_, hub_.add("vision", "published"));
  }

  std::unique_ptr<Client> client_with(const std::string& token) {
    return reading_viewer("/ws?subscribe=none&token=" + token);
  }

  std::vector<std::string> may(const Client& client) const {
    return client.whole_.front()["may"].get<std::vector<std::string>>();
  }

  static std::string reason(const Client& client) { return client.last_["reason"]; }
};

TEST_F(SessionAccessTest, AViewTokensSessionMayNotPublish) {
  const auto ann = client_with("view");
  EXPECT_EQ(may(*ann), std::vector<std::string>{"watch"});
  ann->say(kPublish);
  run_until([&] { return ann->has("error not-allowed"); });
  EXPECT_EQ(ann->last_["request"], "publish");
  EXPECT_EQ(ann->last_["id"], 7);
  EXPECT_EQ(reason(*ann), "publishing needs a publish token, and this one is not");
  ann->say(kSubscribe);
  run_until([&] { return ann->has("front idle"); });
}

TEST_F(SessionAccessTest, APublishTokensSessionMayNotWatch) {
  const auto bob = client_with("publish");
  EXPECT_EQ(may(*bob), std::vector<std::string>{"publish"});
  bob->say(kSubscribe);
  run_until([&] { return bob->has("error not-allowed"); });
  EXPECT_EQ(bob->last_["request"], "subscribe");
  EXPECT_EQ(reason(*bob), "watching needs a view token, and this one is not");
  bob->say(kPublish);
  run_until([&] { return bob->has("credit"); });
}

TEST_F(SessionAccessTest, AnAdminTokensSessionMayDoBoth) {
  const auto eve = client_with("admin");
  EXPECT_EQ(may(*eve), (std::vector<std::string>{"watch", "publish"}));
  eve->say(kSubscribe);
  eve->say(kPublish);
  run_until([&] { return eve->has("front idle") && eve->has("credit"); });
}

TEST_F(SessionAccessTest, OnAnOpenServerEverySessionMayDoBoth) {
  access_ = AccessControl::open_to_all();
  const auto ann = reading_viewer("/ws?subscribe=none");
  EXPECT_EQ(may(*ann), (std::vector<std::string>{"watch", "publish"}));
  ann->say(kSubscribe);
  ann->say(kPublish);
  run_until([&] { return ann->has("front idle") && ann->has("credit"); });
}

TEST_F(SessionAccessTest, WhereNobodyMayPublishTheErrorNamesTheOption) {
  TokenSet tokens;
  tokens.add("view", granted_by(Role::kView));
  access_ = AccessControl({}, tokens);
  const auto ann = client_with("view");
  ann->say(kPublish);
  run_until([&] { return ann->has("error not-allowed"); });
  EXPECT_NE(reason(*ann).find("start it with --publish-token-file FILE"), std::string::npos);
}

TEST_F(SessionAccessTest, ControlsAreShownToWhoMayWatchAndSetByAnAdmin) {
  constexpr const char* kGet = R"({"type":"get-controls","camera":"front","id":1})";
  constexpr const char* kSet = R"({"type":"set-controls","camera":"front","values":{},"id":2})";
  const auto ann = client_with("view");
  ann->say(kGet);
  run_until([&] { return ann->has("controls"); });
  ann->say(kSet);
  run_until([&] { return ann->has("error not-allowed"); });
  EXPECT_EQ(ann->last_["request"], "set-controls");
  EXPECT_EQ(ann->last_["id"], 2);
  EXPECT_EQ(reason(*ann), "this needs an admin token, and this one is not");
  const auto bob = client_with("publish");
  bob->say(kGet);
  run_until([&] { return bob->has("error not-allowed"); });
  EXPECT_EQ(bob->last_["request"], "get-controls");
  const auto eve = client_with("admin");
  eve->say(kSet);
  run_until([&] { return eve->has("controls"); });
}

TEST_F(SessionAccessTest, TheSubprotocolWithTheTokenIsNeverTheAnswer) {
  for (const std::string& offers :
       {std::string("freshframe.v1.binary, freshframe.bearer.dmlldw"),
        std::string("freshframe.bearer.dmlldw, freshframe.v1.binary")}) {
    const auto ann = reading_viewer("/ws", offers);
    EXPECT_EQ(ann->response_[http::field::sec_websocket_protocol], "freshframe.v1.binary");
    EXPECT_TRUE(ann->has("hello"));
  }
  const auto bob = reading_viewer("/ws", "freshframe.bearer.dmlldw");
  EXPECT_EQ(bob->response_.count(http::field::sec_websocket_protocol), 0U);
}

}  // namespace
}  // namespace freshframe
