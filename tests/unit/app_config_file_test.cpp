#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <variant>
#include <vector>

#include "app/config_file.h"
#include "app/limit_settings.h"
#include "app/list_settings.h"
#include "app/settings.h"

#include "temporary_directory.h"

namespace freshframe {
namespace {

namespace fs = std::filesystem;

const fs::path kSourceDirectory = ".";  // tests run in the repository's top folder
const fs::path kGoldenDirectory = kSourceDirectory / "tests/unit/config";

Options read(std::string_view text) {
  const auto options = parse_config(text, {});
  if (!options) {
    ADD_FAILURE() << options.error().reason;
    return {};
  }
  return *options;
}

std::string refusal_of(std::string_view text) {
  const auto options = parse_config(text, {});
  return options ? "accepted" : options.error().reason;
}

std::string refusal_of_file(const fs::path& path) {
  const auto options = read_config_file(path, {});
  return options ? "accepted" : options.error().reason;
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<fs::path> golden_files(const std::string& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kGoldenDirectory / folder)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  EXPECT_FALSE(files.empty()) << folder;
  return files;
}

/// What a refused golden file's first line says the message must be.
std::string expected_message(const std::string& text) {
  constexpr std::string_view kMark = "// refused: ";
  EXPECT_EQ(text.substr(0, kMark.size()), kMark);
  return text.substr(kMark.size(), text.find('\n') - kMark.size());
}

/// Everything that an Options holds, as flags would say it.
std::string said(const Options& options) {
  std::string all;
  for (const Setting& setting : settings()) {
    all.append(setting.flag).append("=").append(setting.show(options)).append(" ");
  }
  for (const ListSetting& setting : list_settings()) {
    for (const std::string& value : options.*setting.values) {
      all.append(setting.flag).append("=").append(value).append(" ");
    }
  }
  for (const LimitSetting& setting : limit_settings()) {
    all.append(setting.key).append("=").append(std::to_string(setting.get(options.limits)) + " ");
  }
  for (const CameraSpec& camera : options.cameras) {
    all.append(camera.name).append(" ");
  }
  return all;
}

// The same files are put to config/freshframe.schema.json by
// tests/integration/config_schema_test.py, so that the schema and the program cannot come to
// disagree.
TEST(ConfigGoldenTest, ValidFilesAreAccepted) {
  for (const fs::path& path : golden_files("valid")) {
    EXPECT_EQ(refusal_of_file(path), "accepted") << path;
  }
}

TEST(ConfigGoldenTest, InvalidFilesAreRefusedInTheWordsOfTheirFirstLine) {
  for (const char* const folder : {"invalid", "invalid_beyond_schema"}) {
    for (const fs::path& path : golden_files(folder)) {
      EXPECT_EQ(refusal_of_file(path), path.string() + ": " + expected_message(text_of(path)));
    }
  }
}

TEST(ConfigTest, TheShippedFileChangesNothing) {
  const auto options = read_config_file(kSourceDirectory / "config/freshframe.json", {});
  ASSERT_TRUE(options) << options.error().reason;
  EXPECT_EQ(said(*options), said(Options{}));
}

TEST(ConfigTest, TheShippedFileShowsEveryOption) {
  const std::string text = text_of(kSourceDirectory / "config/freshframe.json");
  for (const Setting& setting : settings()) {
    if (!setting.key.empty()) {
      EXPECT_NE(text.find("\n  \"" + std::string(setting.key) + "\": "), std::string::npos)
          << setting.key;
    }
    EXPECT_NE(text.find("Flag: " + std::string(setting.flag)), std::string::npos) << setting.flag;
  }
  for (const ListSetting& setting : list_settings()) {
    EXPECT_NE(text.find("\n  \"" + std::string(setting.key) + "\": []"), std::string::npos)
        << setting.key;
    EXPECT_NE(text.find("Flag: " + std::string(setting.flag)), std::string::npos) << setting.flag;
  }
  for (const LimitSetting& setting : limit_settings()) {
    EXPECT_NE(text.find("\n    \"" + std::string(setting.key) + "\": "), std::string::npos)
        << setting.key;
  }
}

TEST(ConfigTest, EveryOptionIsKept) {
  const auto read_options = read_config_file(kGoldenDirectory / "valid/every_option.json", {});
  ASSERT_TRUE(read_options) << read_options.error().reason;
  const Options& options = *read_options;
  EXPECT_EQ(options.listen_address, "::1");
  EXPECT_EQ(options.listen_port, 9000);
  EXPECT_EQ(options.quality_percent, 55);
  EXPECT_EQ(options.encode_threads, 3);
  EXPECT_EQ(options.encoder, EncoderChoice::kSoftware);
  EXPECT_EQ(options.idle_grace, std::chrono::milliseconds(250));
  EXPECT_TRUE(options.always_on);
  EXPECT_EQ(options.log_level, "debug");
  EXPECT_EQ(options.log_format, LogFormat::kJson);
  EXPECT_EQ(options.view_token_file, "/etc/freshframe/view-token");
  EXPECT_EQ(options.publish_token_file, "publish-token");
  EXPECT_EQ(options.admin_token_file, "");
  EXPECT_EQ(options.state_directory, "/var/lib/freshframe");
  EXPECT_TRUE(options.insecure_no_auth);
  EXPECT_EQ(options.allowed_hosts, (std::vector<std::string>{"camera.example.org"}));
  EXPECT_EQ(options.allowed_origins,
            (std::vector<std::string>{"http://localhost:5000", "https://dash.example"}));
  EXPECT_EQ(options.frame_ancestors, (std::vector<std::string>{"'self'", "http://localhost:5000"}));
  EXPECT_EQ(options.trusted_proxies, (std::vector<std::string>{"192.0.2.1", "fd00::/8"}));
  EXPECT_EQ(options.limits.connections, 512U);
  EXPECT_EQ(options.limits.viewers, 100U);
  EXPECT_EQ(options.limits.connections_per_address, 8U);
  EXPECT_EQ(options.limits.new_connections_per_second, 5);
  EXPECT_EQ(options.limits.messages_per_second, 40);
  EXPECT_EQ(options.limits.pings_per_second, 2);
  EXPECT_EQ(options.limits.message_bytes, 8192U);
  EXPECT_EQ(options.limits.header_bytes, 16384U);
  EXPECT_EQ(options.limits.target_bytes, 1024U);
  EXPECT_EQ(options.limits.headers, 50U);
  EXPECT_EQ(options.limits.header_time, std::chrono::milliseconds(2500));
  EXPECT_EQ(options.limits.published_bytes, 1048576U);

  ASSERT_EQ(options.cameras.size(), 4U);
  EXPECT_EQ(options.cameras[0].name, "door");
  const auto& door = std::get<LibcameraRequest>(options.cameras[0].source);
  EXPECT_EQ(door.camera, R"(\_SB_.PCI0.XHC0-1:1.0-1d6b:0102)");
  EXPECT_EQ(door.size, (Size{1920, 1080}));
  EXPECT_EQ(door.frames_per_second, 29.97);
  EXPECT_EQ(door.format, PixelFormat::kMjpeg);
  EXPECT_EQ(options.cameras[0].orientation, (Orientation{.turned_degrees = 270, .mirrored = true}));
  EXPECT_EQ(options.cameras[1].orientation, Orientation());
  EXPECT_EQ(options.cameras[0].controls, (ControlValues{{"AeEnable", false},
                                                        {"AwbMode", "AwbCloudy"},
                                                        {"Brightness", 0.5},
                                                        {"ExposureTime", std::int64_t{5000}}}));
  EXPECT_EQ(options.cameras[0].always_on, false);
  EXPECT_EQ(options.cameras[1].always_on, std::nullopt);

  const auto& pattern = std::get<PatternRequest>(options.cameras[1].source);
  EXPECT_EQ(pattern.size, (Size{640, 480}));
  EXPECT_EQ(pattern.frames_per_second, 15);
  EXPECT_EQ(pattern.format, PixelFormat::kMjpeg);

  EXPECT_EQ(options.cameras[2].name, "cam1");
  EXPECT_EQ(std::get<LibcameraRequest>(options.cameras[2].source).camera,
            "/base/axi/pcie@120000/rp1/i2c@88000/imx219@10");
  EXPECT_EQ(std::get<LibcameraRequest>(options.cameras[3].source).camera, "1");
}

TEST(ConfigTest, NamelessCamerasAreNumberedAroundTakenNames) {
  const Options options =
      read(R"({"cameras": ["pattern", "cam1=pattern", "pattern", "cam0=pattern"]})");
  ASSERT_EQ(options.cameras.size(), 4U);
  EXPECT_EQ(options.cameras[0].name, "cam2");
  EXPECT_EQ(options.cameras[1].name, "cam1");
  EXPECT_EQ(options.cameras[2].name, "cam3");
  EXPECT_EQ(options.cameras[3].name, "cam0");
}

TEST(ConfigTest, WhatTheFileLeavesOutStaysAsItWas) {
  Options defaults;
  defaults.quality_percent = 33;
  defaults.listen_port = 81;
  const auto options = parse_config(R"({"log_level": "off"})", defaults);
  ASSERT_TRUE(options) << options.error().reason;
  EXPECT_EQ(options->quality_percent, 33);
  EXPECT_EQ(options->listen_port, 81);
  EXPECT_EQ(options->log_level, "off");
}

TEST(ConfigTest, SlipsInTheJsonAreShownByLineAndColumn) {
  EXPECT_EQ(refusal_of("{\n  \"quality\": 80,\n}").rfind("line 3, column 1: ", 0), 0U);
  EXPECT_EQ(refusal_of("{\n  \"quality\" 80\n}").rfind("line 2, column 14: ", 0), 0U);
  EXPECT_EQ(refusal_of("").rfind("line 1, column 1: ", 0), 0U);
  EXPECT_EQ(refusal_of("{} {}").rfind("line 1, column 4: ", 0), 0U);
  EXPECT_EQ(refusal_of("{\"quality\n\": 1}").rfind("line 1, column 10: ", 0), 0U);
  EXPECT_EQ(refusal_of("{\n\"quality\": 80").rfind("line 2, column 14: ", 0), 0U);
  EXPECT_EQ(refusal_of("{\"quality\": 1e999}"),
            "a number in the file is too large; allowed: what fits 64-bit floating point");
  EXPECT_NE(refusal_of("{\"quality\": 1 /* no end").find("missing closing '*/'"),
            std::string::npos);
}

TEST(ConfigTest, TheSameKeyInTwoObjectsIsNoRepetition) {
  EXPECT_EQ(read(R"({"cameras": [{"source": "pattern"}, {"source": "pattern"}]})").cameras.size(),
            2U);
  EXPECT_EQ(refusal_of(R"({"quality": 1, "quality": 1})"),
            "the key \"quality\" is there twice in one object; allowed: once");
  EXPECT_EQ(refusal_of(R"({"cameras": [{"source": "pattern"}], "cameras": []})"),
            "the key \"cameras\" is there twice in one object; allowed: once");
}

TEST(ConfigTest, NestingEndsBeforeItHurts) {
  EXPECT_EQ(refusal_of(std::string(500'000, '[')),
            "the file is nested too deep; allowed: 8 levels");
  EXPECT_EQ(refusal_of(R"({"quality": [[[[[[[1]]]]]]]})"),
            "/quality: a list is not a JPEG quality; allowed: whole numbers from 1 to 100");
}

TEST(ConfigTest, PathsAreJsonPointers) {
  EXPECT_EQ(refusal_of(R"({"a/b~c": 1})").rfind("/a~1b~0c: ", 0), 0U);
}

TEST(ConfigTest, AHugeKeyMakesAShortMessage) {
  const std::string reason = refusal_of("{\"" + std::string(500'000, 'k') + "\": 1}");
  EXPECT_LT(reason.size(), 500U);
  EXPECT_NE(reason.find("kkk: there is no such option"), std::string::npos);
}

TEST(ConfigFileTest, AFileThatCannotBeOpenedSaysWhy) {
  const TemporaryDirectory directory;
  const fs::path missing = directory / "missing.json";
  EXPECT_EQ(refusal_of_file(missing),
            missing.string() + ": cannot open: " +
                std::make_error_code(std::errc::no_such_file_or_directory).message());
}

// A pipe that nobody writes to would be waited for without end, by the start and by SIGHUP.
TEST(ConfigFileTest, WhatIsNoRegularFileIsRefused) {
  const TemporaryDirectory directory;
  const fs::path pipe = directory / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  for (const fs::path& path : {pipe, directory.path(), fs::path("/dev/null")}) {
    EXPECT_EQ(refusal_of_file(path), path.string() +
                                         ": it is a folder, a pipe or a device; name a regular "
                                         "file, which can be read again on SIGHUP");
  }
}

TEST(ConfigFileTest, AFileThatALinkLeadsToIsRead) {
  const TemporaryDirectory directory;
  const fs::path file = directory.file("file.json", R"({"quality": 55})");
  fs::create_symlink(file, directory / "link.json");
  EXPECT_EQ(read_config_file(directory / "link.json", {})->quality_percent, 55);
}

TEST(ConfigFileTest, AFileOfOneMebibyteIsReadAndALargerOneIsNot) {
  const TemporaryDirectory directory;
  constexpr std::size_t kMebibyte = std::size_t{1} << 20;
  const std::string text = "{}" + std::string(kMebibyte - 2, ' ');
  EXPECT_EQ(refusal_of_file(directory.file("full.json", text)), "accepted");
  const fs::path larger = directory.file("larger.json", text + " ");
  EXPECT_EQ(refusal_of_file(larger),
            larger.string() + ": the file is too large; allowed: up to 1 MiB");
}

}  // namespace
}  // namespace freshframe
