#include "base/repeated_lines.h"

#include <algorithm>
#include <utility>

namespace freshframe {

bool RepeatedLines::lets_pass(std::string_view text, spdlog::level::level_enum level,
                              TimePoint now) {
  const auto known = std::find_if(lines_.begin(), lines_.end(), [&](const Line& line) {
    return line.held.level == level && line.held.text == text;
  });
  if (known == lines_.end()) {
    // While all that are remembered are young, one more is written and not remembered.
    if (lines_.size() < kMostLines) {
      lines_.push_back({{std::string(text), level, 0}, now, 1});
    }
    return true;
  }
  if (known->written < kMostWritten) {
    ++known->written;
    return true;
  }
  ++known->held.times;
  return false;
}

template <typename Condition>
std::vector<RepeatedLines::HeldBack> RepeatedLines::take_if(Condition&& is_over) {
  std::vector<HeldBack> taken;
  for (Line& line : lines_) {
    if (is_over(line) && line.held.times > 0) {
      taken.push_back(std::move(line.held));
    }
  }
  // A moved line is over as well: only the time is asked.
  lines_.erase(std::remove_if(lines_.begin(), lines_.end(), is_over), lines_.end());
  return taken;
}

std::vector<RepeatedLines::HeldBack> RepeatedLines::take_over(TimePoint now) {
  // A clock that was set back would hold lines until it has caught up.
  return take_if(
      [now](const Line& line) { return now < line.since || now - line.since >= kInterval; });
}

std::vector<RepeatedLines::HeldBack> RepeatedLines::take_all() {
  return take_if([](const Line& /*line*/) { return true; });
}

}  // namespace freshframe
