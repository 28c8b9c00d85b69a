#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "net/static_files.h"

namespace freshframe {
namespace {

const std::filesystem::path kFolder = FRESHFRAME_SOURCE_DIR "/client-web";

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(StaticFilesTest, EveryModuleOfThePageIsCarriedByteForByte) {
  int modules = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".js") {
      continue;
    }
    ++modules;
    const StaticFile* file = find_static_file("/" + entry.path().filename().string());
    ASSERT_NE(file, nullptr) << entry.path();
    EXPECT_EQ(file->bytes, content_of(entry.path())) << entry.path();
    EXPECT_EQ(file->content_type, "text/javascript; charset=utf-8");
  }
  EXPECT_GT(modules, 0);
}

TEST(StaticFilesTest, TheRootIsThePage) {
  const StaticFile* page = find_static_file("/");
  ASSERT_NE(page, nullptr);
  EXPECT_EQ(page->name, "index.html");
  EXPECT_EQ(page, find_static_file("/index.html"));
}

TEST(StaticFilesTest, NothingElseIsThere) {
  for (const char* path : {"", "index.html", "//", "/..", "/../CMakeLists.txt", "/index.html/",
                           "/package.json", "/nothing.js"}) {
    EXPECT_EQ(find_static_file(path), nullptr) << path;
  }
}

TEST(StaticFilesTest, TagsTellFilesApart) {
  EXPECT_NE(find_static_file("/index.html")->entity_tag, find_static_file("/app.js")->entity_tag);
}

}  // namespace
}  // namespace freshframe
