#include <gtest/gtest.h>

#include <set>
#include <string>

#include "access/digest.h"
#include "access/token.h"
#include "access/token_set.h"

namespace freshframe {
namespace {

std::string refusal_of(std::string_view text) {
  const auto tokens = tokens_in(text);
  return tokens ? "accepted" : tokens.error().reason;
}

TEST(TokenTest, AMadeTokenIsATokenOf128BitsAndAnotherEachTime) {
  std::set<std::string> made;
  for (int i = 0; i < 100; ++i) {
    const Secret token = make_token();
    EXPECT_EQ(token.text().size(), 32U);
    EXPECT_EQ(token.text().find_first_not_of("0123456789abcdef"), std::string_view::npos);
    EXPECT_TRUE(tokens_in(token.text()));
    made.emplace(token.text());
  }
  EXPECT_EQ(made.size(), 100U);
}

TEST(TokenTest, EachLineIsATokenAndWhiteSpaceAroundItIsNot) {
  const auto tokens = tokens_in("\n  first-of-16-letters\t\r\n\n!~%&=+/?#[]@:;,-and-more");
  ASSERT_TRUE(tokens);
  ASSERT_EQ(tokens->size(), 2U);
  EXPECT_EQ((*tokens)[0].text(), "first-of-16-letters");
  EXPECT_EQ((*tokens)[1].text(), "!~%&=+/?#[]@:;,-and-more");
}

TEST(TokenTest, WhatIsNoTokenIsRefusedWithoutBeingShown) {
  EXPECT_NE(refusal_of("").find("empty"), std::string::npos);
  EXPECT_NE(refusal_of(" \n\n").find("empty"), std::string::npos);
  EXPECT_NE(refusal_of("only15letters..").find("too short; it needs 16"), std::string::npos);
  EXPECT_EQ(refusal_of("only15letters...").find("short"), std::string::npos);
  EXPECT_EQ(refusal_of(std::string(256, 'x')), "accepted");
  EXPECT_NE(refusal_of(std::string(257, 'x')).find("too long; it may have 256"), std::string::npos);
  EXPECT_NE(refusal_of("a pass phrase of many words").find("no spaces"), std::string::npos);
  EXPECT_NE(refusal_of("p\xc3\xa4ssword-of-many-letters").find("ASCII"), std::string::npos);
  for (const std::string text :
       {"s3cret", "s3cret words of a phrase", "s3cret\x01-and-some-more"}) {
    EXPECT_EQ(refusal_of(text).find("s3cret"), std::string::npos) << refusal_of(text);
  }
}

TEST(TokenTest, ARoleHasAtMost64Tokens) {
  std::string text;
  for (int i = 0; i < 64; ++i) {
    text += "token-of-16-letters-" + std::to_string(i) + "\n";
  }
  EXPECT_EQ(refusal_of(text), "accepted");
  EXPECT_NE(refusal_of(text + "one-more-than-there-may-be").find("more than 64"),
            std::string::npos);
}

TEST(SecretTest, NothingOfItIsLeftInAPlaceThatItMovedFrom) {
  for (const std::size_t size : {8U, 100U}) {
    Secret first(std::string(size, 's'));
    const Secret second = std::move(first);
    EXPECT_EQ(second.text(), std::string(size, 's'));
    EXPECT_TRUE(first.text().empty());  // NOLINT(bugprone-use-after-move): that is the question
  }
  std::string text = "s3cret";
  const char* const letters = text.data();
  Secret::wipe(text);
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(std::string(letters, 6), std::string(6, '\0'));
}

TEST(DigestTest, DigestsAreThoseOfTheStandards) {
  // FIPS 180-4's example, and RFC 4231's second case with its key filled up to our length, which
  // HMAC does with zeros as well.
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Digest key{};
  key[0] = 'J';
  key[1] = 'e';
  key[2] = 'f';
  key[3] = 'e';
  EXPECT_EQ(hex(hmac_sha256(key, "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(TokenSetTest, ATokenAllowsWhatItsRoleDoes) {
  TokenSet tokens;
  EXPECT_TRUE(tokens.grantable().is_empty());
  tokens.add("view-1", granted_by(Role::kView));
  tokens.add("view-2", granted_by(Role::kView));
  tokens.add("publish", granted_by(Role::kPublish));
  EXPECT_EQ(tokens.grantable(), Role::kView | Role::kPublish);
  tokens.add("admin", granted_by(Role::kAdmin));
  EXPECT_EQ(tokens.roles_of("view-1"), Roles(Role::kView));
  EXPECT_EQ(tokens.roles_of("view-2"), Roles(Role::kView));
  EXPECT_EQ(tokens.roles_of("publish"), Roles(Role::kPublish)) << "who publishes need not see";
  EXPECT_EQ(tokens.roles_of("admin"), Roles::all());
  EXPECT_EQ(tokens.roles_of("view-3"), Roles::none());
  EXPECT_EQ(tokens.roles_of(""), Roles::none());
  EXPECT_EQ(tokens.grantable(), Roles::all());
}

TEST(TokenSetTest, OneTokenForTwoRolesAllowsBoth) {
  TokenSet tokens;
  tokens.add("both", granted_by(Role::kView));
  tokens.add("both", granted_by(Role::kPublish));
  EXPECT_EQ(tokens.roles_of("both"), Role::kView | Role::kPublish);
}

}  // namespace
}  // namespace freshframe
