#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/state_directory.h"

#include "temporary_directory.h"

namespace freshframe {
namespace {

class StateDirectoryTest : public ::testing::Test {
 protected:
  StateDirectoryTest() {
    for (const char* name : {"STATE_DIRECTORY", "XDG_STATE_HOME", "HOME"}) {
      ::unsetenv(name);
    }
  }

  void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }

  const TemporaryDirectory directory_;
};

TEST_F(StateDirectoryTest, IsTheFirstThatSystemdNames) {
  set("STATE_DIRECTORY", (directory_ / "a").string() + ":" + (directory_ / "b").string());
  set("HOME", directory_.path().string());
  EXPECT_EQ(*state_directory(), directory_ / "a");
}

TEST_F(StateDirectoryTest, IsElseWhereTheUserKeepsState) {
  set("HOME", (directory_ / "home").string());
  EXPECT_EQ(*state_directory(), directory_ / "home/.local/state/freshframe");
  set("XDG_STATE_HOME", (directory_ / "state").string());
  EXPECT_EQ(*state_directory(), directory_ / "state/freshframe");
  set("XDG_STATE_HOME", "relative");
  EXPECT_EQ(*state_directory(), directory_ / "home/.local/state/freshframe");
}

TEST_F(StateDirectoryTest, IsBeforeAllOthersTheOneThatWasChosen) {
  set("STATE_DIRECTORY", (directory_ / "a").string());
  EXPECT_EQ(*state_directory((directory_ / "b").string()), directory_ / "b");
}

TEST_F(StateDirectoryTest, IsMadeForThisUserOnly) {
  set("STATE_DIRECTORY", (directory_ / "a").string());
  ASSERT_TRUE(state_directory());
  struct stat made {};
  ASSERT_EQ(::stat((directory_ / "a").c_str(), &made), 0);
  EXPECT_EQ(made.st_mode & 0777, 0700u);
  EXPECT_TRUE(state_directory()) << "and is taken as it is the next time";
}

TEST_F(StateDirectoryTest, SaysWhatToDoWhenThereIsNone) {
  const auto none = state_directory();
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().reason.find("--state-directory DIR"), std::string::npos);
  std::ofstream(directory_ / "file") << "x";
  for (const char* name : {"file", "file/below"}) {
    set("STATE_DIRECTORY", (directory_ / name).string());
    const auto no_folder = state_directory();
    ASSERT_FALSE(no_folder) << name;
    EXPECT_NE(no_folder.error().reason.find("Not a directory"), std::string::npos)
        << no_folder.error().reason;
  }
}

TEST_F(StateDirectoryTest, IsLookedForWithoutBeingMade) {
  const std::string path = (directory_ / "some/where").string();
  EXPECT_TRUE(check_state_directory(path));
  EXPECT_FALSE(std::filesystem::exists(directory_ / "some"));
  ASSERT_TRUE(state_directory(path));
  EXPECT_TRUE(check_state_directory(path)) << "and may be there already";
}

TEST_F(StateDirectoryTest, IsFoundWantingWhereItCouldNotBeMade) {
  const auto none = check_state_directory();
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().reason.find("--state-directory DIR"), std::string::npos);
  std::ofstream(directory_ / "file") << "x";
  for (const char* name : {"file", "file/below"}) {
    const auto no_folder = check_state_directory((directory_ / name).string());
    ASSERT_FALSE(no_folder) << name;
    EXPECT_NE(no_folder.error().reason.find("Not a directory"), std::string::npos)
        << no_folder.error().reason;
  }
}

}  // namespace
}  // namespace freshframe
