#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "app/changed_options.h"
#include "app/config_file.h"

namespace freshframe {
namespace {

using Names = std::vector<std::string>;

Options read(const std::string& text) {
  return *parse_config(text, Options());
}

Names changed(const std::string& before, const std::string& after) {
  return changed_options(read(before), read(after));
}

TEST(ChangedOptionsTest, WhatIsTheSameIsNotNamed) {
  const std::string text =
      R"({"cameras": ["libcamera:0,640x480@5", "pattern", "a=publish"], "quality": 60})";
  EXPECT_EQ(changed(text, text), Names());
  EXPECT_EQ(changed("{}", R"({"quality": 80})"), Names()) << "the default";
}

TEST(ChangedOptionsTest, EveryKindIsNamedAsInTheFile) {
  EXPECT_EQ(changed("{}", R"({"quality": 60, "log_format": "json"})"),
            Names({"quality", "log_format"}));
  EXPECT_EQ(changed("{}", R"({"allow_hosts": ["a.example"]})"), Names({"allow_hosts"}));
  EXPECT_EQ(changed("{}", R"({"limits": {"viewers": 3}})"), Names({"limits.viewers"}));
  EXPECT_EQ(changed("{}", R"({"tls": {"self_signed": true}})"), Names({"tls"}));
}

TEST(ChangedOptionsTest, ACameraIsAnotherByAnyOfItsParts) {
  for (const char* other : {"libcamera:1,640x480@5", "libcamera:0,640x480@6", "pattern",
                            "libcamera:0,320x240@5", "a=libcamera:0,640x480@5"}) {
    EXPECT_EQ(changed(R"({"cameras": ["libcamera:0,640x480@5"]})",
                      R"({"cameras": [")" + std::string(other) + R"("]})"),
              Names({"cameras"}))
        << other;
  }
}

TEST(ChangedOptionsTest, ACameraIsAnotherByWhatTheFileAloneSaysOfIt) {
  const std::string plain = R"({"cameras": [{"source": "pattern"}]})";
  for (const char* said :
       {R"("controls": {"Brightness": 0.5})", R"("always_on": false)", R"("rotation": 90)"}) {
    EXPECT_EQ(changed(plain, R"({"cameras": [{"source": "pattern", )" + std::string(said) + "}]}"),
              Names({"cameras"}))
        << said;
  }
  const std::string bright =
      R"({"cameras": [{"source": "pattern", "controls": {"Brightness": 0.5}}]})";
  EXPECT_EQ(changed(bright, bright), Names());
}

}  // namespace
}  // namespace freshframe
