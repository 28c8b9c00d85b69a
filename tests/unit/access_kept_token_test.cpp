#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "access/kept_token.h"
#include "temporary_directory.h"

namespace freshframe {
namespace {

namespace fs = std::filesystem;

class KeptTokenTest : public ::testing::Test {
 protected:
  KeptTokenTest() : state_(directory_.path().string() + "/a/b/freshframe") {}

  std::string kept() const {
    const auto given = kept_view_token(state_);
    return given ? std::string(given->tokens.front().text()) : given.error().reason;
  }

  TemporaryDirectory directory_;
  const std::string state_;
};

TEST_F(KeptTokenTest, ItIsMadeOnceAndReadFromThenOn) {
  const std::string token = kept();
  EXPECT_EQ(token.size(), 32U);
  EXPECT_EQ(kept(), token);
  EXPECT_EQ(text_of(state_ + "/view-token"), token + "\n");
}

TEST_F(KeptTokenTest, ItIsTheUsersAloneAndNothingLiesBesideIt) {
  kept();
  EXPECT_EQ(mode_of(state_ + "/view-token"), 0600U);
  EXPECT_EQ(mode_of(state_), 0700U);
  EXPECT_EQ(std::distance(fs::directory_iterator(state_), {}), 1);
}

TEST_F(KeptTokenTest, ProgramsThatStartAtTheSameTimeHaveTheSameToken) {
  for (int round = 0; round < 20; ++round) {
    fs::remove_all(state_);
    std::vector<std::string> found(4);
    std::vector<std::thread> starts;
    for (std::string& token : found) {
      starts.emplace_back([&token, this] { token = kept(); });
    }
    for (std::thread& start : starts) {
      start.join();
    }
    EXPECT_EQ(std::set<std::string>(found.begin(), found.end()).size(), 1U);
    EXPECT_EQ(found[0].size(), 32U) << found[0];
  }
}

TEST_F(KeptTokenTest, AFileThatWasTamperedWithIsNeitherTakenNorShown) {
  fs::create_directories(state_);
  directory_.file("a/b/freshframe/view-token", "s3cret\n");
  EXPECT_NE(kept().find("too short"), std::string::npos) << kept();
  EXPECT_NE(kept().find(state_ + "/view-token"), std::string::npos) << kept();
  EXPECT_EQ(kept().find("s3cret"), std::string::npos);
}

TEST_F(KeptTokenTest, ItIsFoundWhereItIsAndNothingIsMade) {
  ASSERT_TRUE(find_kept_view_token(state_));
  EXPECT_FALSE(*find_kept_view_token(state_));
  EXPECT_FALSE(fs::exists(state_));
  const std::string token = kept();
  EXPECT_EQ(find_kept_view_token(state_)->value().tokens.front().text(), token);
  directory_.file("a/b/freshframe/view-token", "s3cret\n");
  ASSERT_FALSE(find_kept_view_token(state_));
  EXPECT_EQ(find_kept_view_token(state_).error().reason, kept());
}

TEST_F(KeptTokenTest, AFileThatOthersCanReadIsWarnedOf) {
  kept();
  fs::permissions(state_ + "/view-token", fs::perms::others_read, fs::perm_options::add);
  const auto given = kept_view_token(state_);
  ASSERT_TRUE(given);
  ASSERT_EQ(given->warnings.size(), 1U);
}

TEST_F(KeptTokenTest, WhereNothingCanBeKeptTheSentenceSaysWhatToDo) {
  directory_.file("a", "no folder");
  EXPECT_NE(kept().find("--state-directory"), std::string::npos) << kept();
  EXPECT_NE(kept().find("--view-token-file"), std::string::npos) << kept();
}

}  // namespace
}  // namespace freshframe
