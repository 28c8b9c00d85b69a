#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <string>

#include <spdlog/sinks/ostream_sink.h>

#include "base/counting_sink.h"
#include "base/log_format.h"
#include "base/repeated_lines.h"

namespace freshframe {
namespace {

using spdlog::level::info;
using spdlog::level::warn;
using std::chrono::seconds;

constexpr RepeatedLines::TimePoint kStart{std::chrono::hours(1000)};

int written_of(RepeatedLines& lines, int times, const std::string& text, seconds at) {
  int written = 0;
  for (int said = 0; said < times; ++said) {
    written += lines.lets_pass(text, warn, kStart + at) ? 1 : 0;
  }
  return written;
}

TEST(RepeatedLinesTest, ALineIsWrittenAFewTimesAMinuteAndThenCounted) {
  RepeatedLines lines;
  EXPECT_EQ(written_of(lines, 100, "lost", seconds(0)), 5);
  EXPECT_TRUE(lines.take_over(kStart + seconds(59)).empty());
  EXPECT_EQ(written_of(lines, 1, "lost", seconds(59)), 0);
  const auto over = lines.take_over(kStart + seconds(60));
  ASSERT_EQ(over.size(), 1U);
  EXPECT_EQ(over[0].text, "lost");
  EXPECT_EQ(over[0].level, warn);
  EXPECT_EQ(over[0].times, 96U);
  EXPECT_TRUE(lines.take_over(kStart + seconds(60)).empty());
  EXPECT_EQ(written_of(lines, 100, "lost", seconds(60)), 5) << "a new minute";
}

TEST(RepeatedLinesTest, LinesInBetweenDoNotMatter) {
  RepeatedLines lines;
  int written = 0;
  for (int turn = 0; turn < 50; ++turn) {
    written += written_of(lines, 1, "lost", seconds(1));
    written += written_of(lines, 1, "live", seconds(1));
  }
  EXPECT_EQ(written, 10);
  EXPECT_EQ(lines.take_all().size(), 2U);
}

TEST(RepeatedLinesTest, ALineOfAnotherLevelIsAnother) {
  RepeatedLines lines;
  EXPECT_EQ(written_of(lines, 6, "lost", seconds(0)), 5);
  EXPECT_TRUE(lines.lets_pass("lost", info, kStart));
}

TEST(RepeatedLinesTest, WhatWasNotHeldBackIsNotTold) {
  RepeatedLines lines;
  written_of(lines, 5, "lost", seconds(0));
  EXPECT_TRUE(lines.take_over(kStart + seconds(60)).empty());
  EXPECT_TRUE(lines.take_all().empty());
}

TEST(RepeatedLinesTest, SoManyAreRememberedAndNoMore) {
  RepeatedLines lines;
  for (int line = 0; line < 1000; ++line) {
    EXPECT_EQ(written_of(lines, 1, std::to_string(line), seconds(0)), 1);
  }
  EXPECT_EQ(written_of(lines, 10, "63", seconds(1)), 4);
  EXPECT_EQ(written_of(lines, 10, "64", seconds(1)), 10) << "written, and not remembered";
  lines.take_over(kStart + seconds(60));
  EXPECT_EQ(written_of(lines, 10, "64", seconds(61)), 5) << "there is room again";
}

TEST(RepeatedLinesTest, AClockThatIsSetBackHoldsNothingBack) {
  RepeatedLines lines;
  written_of(lines, 7, "lost", seconds(0));
  EXPECT_EQ(lines.take_over(kStart - seconds(3600)).size(), 1U);
}

TEST(RepeatedLinesTest, TheLogTellsHowManyThereWere) {
  std::ostringstream log;
  const auto say = [](CountingSink& sink, const std::string& text, seconds at) {
    sink.log({kStart + at, {}, "", warn, text});
  };
  {
    CountingSink sink(std::make_shared<spdlog::sinks::ostream_sink_mt>(log));
    sink.set_formatter(make_log_formatter(LogFormat::kJournald));
    for (int said = 0; said < 8; ++said) {
      say(sink, "lost", seconds(0));
    }
    say(sink, "live", seconds(60));
    for (int said = 0; said < 6; ++said) {
      say(sink, "lost", seconds(61));
    }
  }
  std::string five;
  for (int line = 0; line < 5; ++line) {
    five += "<4>lost\n";
  }
  EXPECT_EQ(log.str(), five + "<4>lost (3 times more)\n<4>live\n" + five + "<4>lost (once more)\n");
}

}  // namespace
}  // namespace freshframe
