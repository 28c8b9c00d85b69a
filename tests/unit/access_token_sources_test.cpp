#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>
#include <string>
#include <thread>

#include "access/token_sources.h"
#include "temporary_directory.h"

namespace freshframe {
namespace {

constexpr const char* kToken = "s3cret-of-16-letters";

class TokenSourcesTest : public ::testing::Test {
 protected:
  TokenSourcesTest() {
    unsetenv("CREDENTIALS_DIRECTORY");
    unsetenv("FRESHFRAME_VIEW_TOKEN");
  }

  static std::string given(const std::string& file, Role role = Role::kView) {
    const auto tokens = given_tokens(role, file, take_token_environment(role));
    if (!tokens) {
      EXPECT_EQ(tokens.error().reason.find("s3cret"), std::string::npos) << tokens.error().reason;
      return tokens.error().reason;
    }
    return tokens->tokens.empty() ? "none" : std::string(tokens->tokens.front().text());
  }

  static std::string warning_of(const std::string& file) {
    const auto tokens = tokens_from_file(file, "it");
    return tokens && tokens->warnings.size() == 1 ? tokens->warnings.front() : "";
  }

  TemporaryDirectory directory_;
};

TEST_F(TokenSourcesTest, ThereMayBeNone) {
  EXPECT_EQ(given(""), "none");
}

TEST_F(TokenSourcesTest, AFileHoldsTokens) {
  EXPECT_EQ(given(directory_.file("token", std::string(kToken) + "\n")), kToken);
}

TEST_F(TokenSourcesTest, APipeDoes) {
  const std::string path = directory_.path().string() + "/pipe";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(path) << kToken; });
  EXPECT_EQ(given(path), kToken);
  writer.join();
}

TEST_F(TokenSourcesTest, TheEnvironmentDoesAndForgetsIt) {
  setenv("FRESHFRAME_VIEW_TOKEN", kToken, 1);
  const char* const letters = getenv("FRESHFRAME_VIEW_TOKEN");
  EXPECT_EQ(given(""), kToken);
  EXPECT_EQ(getenv("FRESHFRAME_VIEW_TOKEN"), nullptr);
  EXPECT_NE(std::string_view(letters, 6), "s3cret");
  EXPECT_EQ(given(""), "none");
}

TEST_F(TokenSourcesTest, ACredentialOfSystemdDoes) {
  setenv("CREDENTIALS_DIRECTORY", directory_.path().string().c_str(), 1);
  EXPECT_EQ(given(""), "none");
  directory_.file("freshframe.view-token", kToken);
  EXPECT_EQ(given(""), kToken);
  EXPECT_EQ(given("", Role::kPublish), "none");
  directory_.file("freshframe.publish-token", "s3cret");
  EXPECT_NE(given("", Role::kPublish).find("the credential freshframe.publish-token: a token of 6"),
            std::string::npos);
}

TEST_F(TokenSourcesTest, TwoOfThemAreRefused) {
  const std::string file = directory_.file("token", kToken);
  setenv("FRESHFRAME_VIEW_TOKEN", kToken, 1);
  EXPECT_EQ(given(file),
            "the view token: it is given by --view-token-file and by FRESHFRAME_VIEW_TOKEN; leave "
            "one of them out");
}

TEST_F(TokenSourcesTest, WhatIsWrongIsSaidWithoutTheTokenOrAName) {
  EXPECT_EQ(given(directory_.path().string() + "/s3cret"),
            "--view-token-file: the file cannot be opened: No such file or directory");
  EXPECT_EQ(given(directory_.path().string()),
            "--view-token-file: the file cannot be read: Is a directory");
  EXPECT_NE(given(directory_.file("s3cret", "")).find("it is empty"), std::string::npos);
  EXPECT_NE(given(directory_.file("s3cret", "s3cret")).find("too short"), std::string::npos);
  const std::string large(64 * 1024 + 1, '\n');
  EXPECT_NE(given(directory_.file("s3cret", large)).find("larger than 64 KiB"), std::string::npos);
  setenv("FRESHFRAME_VIEW_TOKEN", "", 1);
  EXPECT_NE(given("").find("FRESHFRAME_VIEW_TOKEN: it is empty"), std::string::npos);
}

TEST_F(TokenSourcesTest, AFileThatOthersCanReadOrChangeIsWarnedOf) {
  EXPECT_EQ(warning_of(directory_.file("token", kToken, 0640)), "");
  EXPECT_NE(warning_of(directory_.file("token", kToken, 0644)).find("can read"), std::string::npos);
  EXPECT_NE(warning_of(directory_.file("token", kToken, 0606)).find("can change"),
            std::string::npos);
}

}  // namespace
}  // namespace freshframe
