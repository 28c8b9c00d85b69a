#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <spdlog/fmt/fmt.h>
#include <spdlog/sinks/base_sink.h>

#include "base/repeated_lines.h"

namespace freshframe {

/// Hands a log on to another sink, and of lines that are said again and again a few, and how many
/// they were.
///
/// Thread-safe.
class CountingSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit CountingSink(std::shared_ptr<spdlog::sinks::sink> next) : next_(std::move(next)) {}
  ~CountingSink() override { write(lines_.take_all(), spdlog::log_clock::now()); }
  CountingSink(const CountingSink&) = delete;
  CountingSink& operator=(const CountingSink&) = delete;

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    write(lines_.take_over(message.time), message.time);
    if (lines_.lets_pass({message.payload.data(), message.payload.size()}, message.level,
                         message.time)) {
      next_->log(message);
    }
  }
  void flush_() override { next_->flush(); }
  void set_formatter_(std::unique_ptr<spdlog::formatter> formatter) override {
    next_->set_formatter(std::move(formatter));
  }
  void set_pattern_(const std::string& pattern) override { next_->set_pattern(pattern); }

  void write(const std::vector<RepeatedLines::HeldBack>& lines,
             spdlog::log_clock::time_point time) {
    for (const auto& line : lines) {
      const std::string text = line.times == 1
                                   ? line.text + " (once more)"
                                   : fmt::format("{} ({} times more)", line.text, line.times);
      next_->log({time, {}, "", line.level, text});
    }
  }

  std::shared_ptr<spdlog::sinks::sink> next_;
  RepeatedLines lines_;
};

}  // namespace freshframe
