#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "net/static_files.h"

namespace freshframe {
namespace {

const std::filesystem::path kFolder = "client-web";

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
  EXPECT_NE(page->bytes.find("</html>"), std::string_view::npos);
}

TEST(StaticFilesTest, TheProtocolIsServedAsItIsWritten) {
  const std::filesystem::path proto = "proto";
  const StaticFile* prose = find_static_file("/protocol/");
  ASSERT_NE(prose, nullptr);
  EXPECT_EQ(prose->bytes, content_of(proto / "README.md"));
  int schemas = 0;
  for (const auto& entry : std::filesystem::directory_iterator(proto)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".schema.json")) {
      continue;
    }
    ++schemas;
    const StaticFile* file = find_static_file("/protocol/" + name);
    ASSERT_NE(file, nullptr) << name;
    EXPECT_EQ(file->bytes, content_of(entry.path()));
    EXPECT_EQ(file->content_type, "application/json");
  }
  EXPECT_GT(schemas, 5);
}

TEST(StaticFilesTest, WhatTheProtocolLinksToIsThereAndEachHasItsType) {
  const std::string text = "text/plain; charset=utf-8";
  for (const auto& [name, type] : {std::pair<std::string, std::string>{"conformance", text},
                                   {"conformance_cases/frames.py", text},
                                   {"examples/watch.py", text},
                                   {"examples/watch.cpp", text},
                                   {"examples/watch.mjs", text},
                                   {"examples/watch.sh", text},
                                   {"examples/browser.html", "text/html; charset=utf-8"},
                                   {"examples/browser.js", "text/javascript; charset=utf-8"},
                                   {"golden/valid/frame.bin", "application/octet-stream"},
                                   {"golden/client/valid/ack.json", "application/json"}}) {
    const StaticFile* file = find_static_file("/protocol/" + name);
    ASSERT_NE(file, nullptr) << name;
    EXPECT_EQ(file->bytes, content_of("proto/" + name)) << name;
    EXPECT_EQ(file->content_type, type) << name;
  }
  EXPECT_EQ(find_static_file("/server/README.md")->bytes, content_of("server/README.md"));
}

TEST(StaticFilesTest, AFolderOfTheProtocolIsAListOfLinks) {
  const StaticFile* folder = find_static_file("/protocol/golden/");
  ASSERT_NE(folder, nullptr);
  EXPECT_EQ(folder->content_type, "text/html; charset=utf-8");
  for (const char* name : {"client/", "invalid/", "valid/"}) {
    EXPECT_NE(folder->bytes.find("<a href=\"" + std::string(name) + "\">"), std::string_view::npos);
  }
}

TEST(StaticFilesTest, NothingElseIsThere) {
  for (const char* path : {"", "index.html", "//", "/..", "/../CMakeLists.txt", "/index.html/",
                           "/package.json", "/nothing.js", "/protocol", "/protocol/README.md",
                           "/protocol/golden", "/protocol/golden/valid/README.md", "/server/"}) {
    EXPECT_EQ(find_static_file(path), nullptr) << path;
  }
}

TEST(StaticFilesTest, TagsTellFilesApart) {
  EXPECT_NE(find_static_file("/")->entity_tag, find_static_file("/app.js")->entity_tag);
}

}  // namespace
}  // namespace freshframe
