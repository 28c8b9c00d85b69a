#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <string>

#include "base/log_format.h"

namespace freshframe {
namespace {

std::string line_of(LogFormat format, spdlog::level::level_enum level, const std::string& text) {
  using namespace std::chrono_literals;
  spdlog::memory_buf_t line;
  const spdlog::log_clock::time_point time{1'700'000'000s + 7ms};
  make_log_formatter(format)->format({time, {}, "", level, text}, line);
  return {line.data(), line.size()};
}

TEST(LogFormatTest, JsonIsAnObjectALine) {
  EXPECT_EQ(line_of(LogFormat::kJson, spdlog::level::warn, "all is well"),
            R"({"time":"2023-11-14T22:13:20.007Z","level":"warning","message":"all is well"})"
            "\n");
}

TEST(LogFormatTest, JsonHoldsWhateverIsSaid) {
  const auto message = [](const std::string& text) {
    const std::string line = line_of(LogFormat::kJson, spdlog::level::info, text);
    const std::size_t begin = line.find(R"("message":)") + 10;
    return line.substr(begin, line.size() - begin - 2);
  };
  EXPECT_EQ(message("a \"b\" \\ c"), R"("a \"b\" \\ c")");
  EXPECT_EQ(message("two\nlines\x1b\x7f"), R"("two\u000alines\u001b\u007f")");
  EXPECT_EQ(message("Küche"), "\"Küche\"");
  EXPECT_EQ(message("K\xfc"
                    "che"),
            R"("K?che")");
}

TEST(LogFormatTest, JournaldIsToldThePriority) {
  EXPECT_EQ(line_of(LogFormat::kJournald, spdlog::level::critical, "a"), "<2>a\n");
  EXPECT_EQ(line_of(LogFormat::kJournald, spdlog::level::err, "a"), "<3>a\n");
  EXPECT_EQ(line_of(LogFormat::kJournald, spdlog::level::warn, "a"), "<4>a\n");
  EXPECT_EQ(line_of(LogFormat::kJournald, spdlog::level::info, "a"), "<6>a\n");
  EXPECT_EQ(line_of(LogFormat::kJournald, spdlog::level::debug, "a"), "<7>a\n");
}

// A camera's or a file's name may hold a line feed, and what stands behind it a priority or a time.
TEST(LogFormatTest, NobodyCanWriteALineOfHisOwn) {
  EXPECT_EQ(line_of(LogFormat::kJournald, spdlog::level::info, "a\n<2>b"), "<6>a?<2>b\n");
  const std::string line = line_of(LogFormat::kText, spdlog::level::info, "a\nb\x1b[2J");
  EXPECT_TRUE(line.ends_with(" info    a?b?[2J\n")) << line;
}

TEST(LogFormatTest, TheJournalIsKnownByItsStream) {
  struct stat file {};
  ASSERT_EQ(::fstat(STDERR_FILENO, &file), 0);
  ::unsetenv("JOURNAL_STREAM");
  EXPECT_EQ(resolved(LogFormat::kAuto), LogFormat::kText);
  ::setenv("JOURNAL_STREAM", "1:2", 1);
  EXPECT_EQ(resolved(LogFormat::kAuto), LogFormat::kText) << "another process's";
  const std::string own = std::to_string(file.st_dev) + ":" + std::to_string(file.st_ino);
  ::setenv("JOURNAL_STREAM", own.c_str(), 1);
  EXPECT_EQ(resolved(LogFormat::kAuto), LogFormat::kJournald);
  EXPECT_EQ(resolved(LogFormat::kJson), LogFormat::kJson);
  ::unsetenv("JOURNAL_STREAM");
}

}  // namespace
}  // namespace freshframe
