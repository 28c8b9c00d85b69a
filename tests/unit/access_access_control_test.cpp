#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "access/access_control.h"

namespace freshframe {
namespace {

using std::chrono::seconds;
using Verdict = Judgement::Verdict;

static_assert(!std::is_default_constructible_v<Roles>, "roles have to be named");

TEST(AccessRulesTest, OnlyALoopbackAddressWithoutAnyTokenIsOpen) {
  EXPECT_EQ(access_rules({})->open, Roles::all());
  EXPECT_TRUE(access_rules({})->is_for_this_machine);
  for (const bool is_loopback : {true, false}) {
    for (unsigned bits = is_loopback ? 1 : 0; bits < 8; ++bits) {
      const Roles given = Roles::from_bits(bits);
      const auto rules =
          access_rules({.listens_on_loopback_only = is_loopback, .has_tokens_for = given});
      ASSERT_TRUE(rules);
      EXPECT_EQ(rules->open, Roles::none());
      EXPECT_FALSE(rules->is_for_this_machine);
      EXPECT_EQ(rules->needs_view_token_made, !given.has_any_of(Role::kView));
      EXPECT_FALSE(rules->is_insecure);
    }
  }
}

TEST(AccessRulesTest, OpennessThatWasAskedForEndsWithTheFirstToken) {
  for (const bool is_loopback : {true, false}) {
    AccessWishes wishes{.listens_on_loopback_only = is_loopback, .insecure_no_auth = true};
    EXPECT_EQ(access_rules(wishes)->open, Roles::all());
    EXPECT_TRUE(access_rules(wishes)->is_insecure);
    EXPECT_FALSE(access_rules(wishes)->is_for_this_machine);
    EXPECT_FALSE(access_rules(wishes)->needs_view_token_made);
    wishes.has_tokens_for = Role::kPublish;
    EXPECT_EQ(access_rules(wishes)->open, Roles(Role::kView));
    wishes.has_tokens_for = Role::kPublish | Role::kView;
    EXPECT_FALSE(access_rules(wishes));
  }
}

class AccessControlTest : public ::testing::Test {
 protected:
  static AccessControl control(const AccessRules& rules, const std::vector<Role>& roles) {
    TokenSet tokens;
    for (const Role role : roles) {
      tokens.add(token_of(role), granted_by(role));
    }
    return {rules, std::move(tokens)};
  }

  static std::string token_of(Role role) { return "token-" + std::to_string(Roles(role).bits()); }

  Judgement judge(const std::optional<std::string>& token, Roles needed,
                  const std::string& from = "192.0.2.1") {
    return control_.judge({token, std::nullopt}, needed, boost::asio::ip::make_address(from), now_);
  }

  Verdict verdict(const std::optional<std::string>& token, Roles needed,
                  const std::string& from = "192.0.2.1") {
    return judge(token, needed, from).verdict;
  }

  AccessControl control_ = control({}, {Role::kView, Role::kPublish, Role::kAdmin});
  AccessControl::TimePoint now_{seconds{9000}};
};

TEST_F(AccessControlTest, EachTokenOpensWhatItsRoleAllows) {
  for (const Role needed : {Role::kView, Role::kPublish, Role::kAdmin}) {
    EXPECT_EQ(verdict(std::nullopt, needed), Verdict::kNoToken);
    EXPECT_EQ(verdict("wrong", needed), Verdict::kNoToken);
    EXPECT_EQ(verdict(token_of(Role::kAdmin), needed), Verdict::kAdmitted);
    for (const Role role : {Role::kView, Role::kPublish}) {
      EXPECT_EQ(verdict(token_of(role), needed),
                role == needed ? Verdict::kAdmitted : Verdict::kNotAllowed);
    }
  }
}

TEST_F(AccessControlTest, WhatNoTokenOpensIsToldApart) {
  control_ = control({}, {Role::kView});
  EXPECT_EQ(verdict(std::nullopt, Role::kPublish), Verdict::kNobodyMay);
  EXPECT_EQ(verdict(token_of(Role::kView), Role::kPublish), Verdict::kNobodyMay);
  EXPECT_EQ(control_.why_not(Role::kPublish),
            "publishing needs a publish token, and this server has none; start it with "
            "--publish-token-file FILE");
  control_ = control({}, {Role::kAdmin});
  EXPECT_EQ(verdict(std::nullopt, Role::kPublish), Verdict::kNoToken) << "an admin may";
}

TEST_F(AccessControlTest, TheTenthWrongTokenBlocksAlsoTheRightOne) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(verdict("wrong", Role::kView), Verdict::kNoToken);
    EXPECT_EQ(verdict(std::nullopt, Role::kView),
              i < 9 ? Verdict::kNoToken : Verdict::kTooManyWrong);
  }
  now_ += std::chrono::milliseconds{100};
  const Judgement blocked = judge(token_of(Role::kView), Role::kView);
  EXPECT_EQ(blocked.verdict, Verdict::kTooManyWrong);
  EXPECT_EQ(blocked.retry_after, seconds{60}) << "rounded up";
  EXPECT_TRUE(blocked.roles.is_empty());
  EXPECT_EQ(verdict(token_of(Role::kView), Role::kView, "192.0.2.2"), Verdict::kAdmitted);
  now_ += seconds{60};
  EXPECT_EQ(verdict(token_of(Role::kView), Role::kView), Verdict::kAdmitted);
}

TEST_F(AccessControlTest, RequestsWithoutATokenAndRightTokensDoNotCount) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(verdict(std::nullopt, Role::kView), Verdict::kNoToken);
    EXPECT_EQ(verdict(token_of(Role::kView), Role::kAdmin), Verdict::kNotAllowed);
  }
  EXPECT_EQ(verdict(token_of(Role::kView), Role::kView), Verdict::kAdmitted);
}

TEST_F(AccessControlTest, WhoeverIsNotLetInIsCountedByWhatHeLacked) {
  control_ = control({}, {Role::kView});
  verdict(token_of(Role::kView), Role::kView);
  verdict(std::nullopt, Role::kView);
  verdict(token_of(Role::kView), Role::kPublish);
  for (int i = 0; i < 10; ++i) {
    verdict("wrong", Role::kView);
  }
  verdict("wrong", Role::kView);
  verdict(token_of(Role::kView), Role::kView);
  const AuthFailureCounters& counters = control_.counters();
  EXPECT_EQ(counters.no_token, 1u);
  EXPECT_EQ(counters.not_allowed, 1u);
  EXPECT_EQ(counters.wrong_token, 10u);
  EXPECT_EQ(counters.blocked, 2u);
}

TEST_F(AccessControlTest, OtherTokensMayTakeThePlaceOfThoseThatWereThere) {
  const auto peer = boost::asio::ip::make_address("192.0.2.1");
  const Credentials ticket{std::nullopt, control_.issue_ticket(Role::kView, now_)};
  TokenSet more;
  for (const Role role : {Role::kView, Role::kPublish, Role::kAdmin}) {
    more.add(token_of(role), granted_by(role));
  }
  more.add("another", granted_by(Role::kView));
  control_.replace_tokens(more);
  EXPECT_EQ(verdict("another", Role::kView), Verdict::kAdmitted);
  EXPECT_EQ(control_.judge(ticket, Role::kView, peer, now_).verdict, Verdict::kAdmitted);
  TokenSet fewer;
  fewer.add("another", granted_by(Role::kView));
  control_.replace_tokens(fewer);
  EXPECT_EQ(verdict(token_of(Role::kView), Role::kView), Verdict::kNoToken);
  EXPECT_EQ(control_.judge(ticket, Role::kView, peer, now_).verdict, Verdict::kNoToken)
      << "it may be that token's";
}

TEST(TokenSetTest, ATokenThatOpensLessIsAnother) {
  TokenSet view;
  view.add("a", Role::kView);
  TokenSet both = view;
  both.add("b", Role::kPublish);
  EXPECT_TRUE(both.has_all_of(view));
  EXPECT_FALSE(view.has_all_of(both));
  TokenSet publish;
  publish.add("a", Role::kPublish);
  EXPECT_FALSE(publish.has_all_of(view));
}

TEST_F(AccessControlTest, ATicketStandsForTheTokenItWasIssuedFor) {
  const auto peer = boost::asio::ip::make_address("192.0.2.1");
  const std::string ticket = control_.issue_ticket(Role::kView, now_);
  const Credentials credentials{std::nullopt, ticket};
  EXPECT_EQ(control_.judge(credentials, Role::kView, peer, now_).verdict, Verdict::kAdmitted);
  EXPECT_EQ(control_.judge(credentials, Role::kPublish, peer, now_).verdict, Verdict::kNotAllowed);
  // A token was chosen to be sent and a cookie was not: the token is what counts.
  EXPECT_EQ(control_.judge({"wrong", ticket}, Role::kView, peer, now_).verdict, Verdict::kNoToken);
  const Credentials both{token_of(Role::kPublish), ticket};
  EXPECT_EQ(control_.judge(both, Role::kView, peer, now_).verdict, Verdict::kNotAllowed);
}

TEST_F(AccessControlTest, OldTicketsDoNotCountAsFailures) {
  const auto peer = boost::asio::ip::make_address("192.0.2.1");
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(control_.judge({std::nullopt, "1.2.3"}, Role::kView, peer, now_).verdict,
              Verdict::kNoToken);
  }
  EXPECT_EQ(verdict(token_of(Role::kView), Role::kView), Verdict::kAdmitted);
}

TEST_F(AccessControlTest, WhereWatchingIsOpenOnlyWhoBringsATokenIsJudgedByIt) {
  control_ = control({.open = Role::kView}, {Role::kPublish});
  EXPECT_EQ(verdict(std::nullopt, Role::kView), Verdict::kAdmitted);
  EXPECT_EQ(verdict(std::nullopt, Role::kPublish), Verdict::kNoToken);
  EXPECT_EQ(judge(token_of(Role::kPublish), Role::kView).roles, Role::kView | Role::kPublish);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(verdict("wrong", Role::kView), Verdict::kNoToken);
  }
  EXPECT_EQ(verdict(token_of(Role::kPublish), Role::kPublish), Verdict::kTooManyWrong);
  EXPECT_EQ(verdict(std::nullopt, Role::kView), Verdict::kAdmitted);
}

// A proxy on this machine reaches a port that only this machine reaches, for whoever reaches the
// proxy.
TEST_F(AccessControlTest, WhomAProxyAsksForMayOnlyWatchWhereAllIsOpenToThisMachine) {
  control_ = AccessControl(*access_rules({}), TokenSet());
  for (const char* address : {"127.0.0.1", "192.0.2.1"}) {
    const auto peer = boost::asio::ip::make_address(address);
    for (const std::optional<std::string>& token : {std::optional<std::string>(), {"any"}}) {
      for (int i = 0; i < 20; ++i) {
        const auto judged = [&](Roles needed) {
          return control_.judge({token, std::nullopt, /*is_forwarded=*/true}, needed, peer, now_);
        };
        EXPECT_EQ(judged(Role::kView).verdict, Verdict::kAdmitted);
        EXPECT_EQ(judged(Role::kView | Role::kPublish).roles, Roles(Role::kView));
        EXPECT_EQ(judged(Role::kPublish).verdict, Verdict::kNobodyMay);
        EXPECT_EQ(judged(Role::kAdmin).verdict, Verdict::kNobodyMay);
      }
    }
    EXPECT_EQ(judge(std::nullopt, Role::kAdmin, address).roles, Roles::all());
  }
}

TEST_F(AccessControlTest, WhoComesThroughAProxyWithATokenMayDoWhatThatAllows) {
  const auto peer = boost::asio::ip::make_address("192.0.2.1");
  const Credentials admin{token_of(Role::kAdmin), std::nullopt, /*is_forwarded=*/true};
  EXPECT_EQ(control_.judge(admin, Role::kAdmin, peer, now_).roles, Roles::all());
}

TEST_F(AccessControlTest, OpennessThatWasAskedForIsThereThroughAProxyToo) {
  control_ = AccessControl(*access_rules({.insecure_no_auth = true}), TokenSet());
  const auto peer = boost::asio::ip::make_address("192.0.2.1");
  EXPECT_EQ(control_.judge({{}, {}, /*is_forwarded=*/true}, Role::kAdmin, peer, now_).roles,
            Roles::all());
}

TEST_F(AccessControlTest, AnOpenServerLooksAtNoToken) {
  control_ = AccessControl::open_to_all();
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(judge("any", Role::kAdmin).roles, Roles::all());
    EXPECT_EQ(judge(std::nullopt, Role::kPublish).roles, Roles::all());
  }
}

}  // namespace
}  // namespace freshframe
