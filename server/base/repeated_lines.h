#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <spdlog/common.h>

namespace freshframe {

/// Lets a line into the log a few times a minute however often it is said, and counts the others:
/// a camera with a loose plug that comes and goes all night must not fill the disk. Lines in
/// between do not matter, for what comes and goes says two in turn.
///
/// Thread: one. Pure: the time is told.
class RepeatedLines {
 public:
  using TimePoint = spdlog::log_clock::time_point;
  static constexpr std::chrono::minutes kInterval{1};
  /// How often in each a line is written: so often that what a person does twice is seen twice.
  static constexpr int kMostWritten = 5;
  /// Lines that are remembered; they may hold what the network sent.
  static constexpr std::size_t kMostLines = 64;

  /// What was said more often than it was written.
  struct HeldBack {
    std::string text;
    spdlog::level::level_enum level;
    std::uint64_t times;
  };

  /// Whether the line is to be written; else it is counted.
  bool lets_pass(std::string_view text, spdlog::level::level_enum level, TimePoint now);

  /// The lines held back in intervals that are over, each once, and forgets them. To be called
  /// before lets_pass().
  std::vector<HeldBack> take_over(TimePoint now);

  /// All lines held back, whether their interval is over or not.
  std::vector<HeldBack> take_all();

 private:
  struct Line {
    HeldBack held;
    TimePoint since;
    int written = 0;
  };

  template <typename Condition>
  std::vector<HeldBack> take_if(Condition&& is_over);

  std::vector<Line> lines_;  // the oldest first
};

}  // namespace freshframe
