#include "base/log_format.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include <spdlog/pattern_formatter.h>

#include "base/utf8.h"

namespace freshframe {

namespace {

using spdlog::memory_buf_t;
using spdlog::details::log_msg;

void append(memory_buf_t& line, std::string_view text) {
  line.append(text.data(), text.data() + text.size());
}

bool is_control(char letter) {
  return static_cast<unsigned char>(letter) < ' ' || letter == '\x7f';
}

std::string_view level_name(spdlog::level::level_enum level) {
  const auto name = spdlog::level::to_string_view(level);
  return {name.data(), name.size()};
}

/// `text` on one line: what a file's or a camera's name brings along must not look like a line of
/// ours.
void append_on_one_line(memory_buf_t& line, std::string_view text) {
  for (const char letter : text) {
    line.push_back(is_control(letter) ? '?' : letter);
  }
}

/// `text` as a JSON string (RFC 8259, section 7), and bytes that are no UTF-8 as '?'.
void append_json_string(memory_buf_t& line, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const bool is_text = is_utf8(text);
  line.push_back('"');
  for (const char letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\') {
      line.push_back('\\');
      line.push_back(letter);
    } else if (is_control(letter)) {
      append(line, "\\u00");
      line.push_back(kHex[code >> 4U]);
      line.push_back(kHex[code & 0xfU]);
    } else {
      line.push_back(code >= 0x80 && !is_text ? '?' : letter);
    }
  }
  line.push_back('"');
}

class TextFormatter final : public spdlog::formatter {
 public:
  void format(const log_msg& message, memory_buf_t& line) override {
    memory_buf_t payload;
    append_on_one_line(payload, {message.payload.data(), message.payload.size()});
    log_msg clean = message;
    clean.payload = {payload.data(), payload.size()};
    pattern_.format(clean, line);
    message.color_range_start = clean.color_range_start;
    message.color_range_end = clean.color_range_end;
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<TextFormatter>();
  }

 private:
  spdlog::pattern_formatter pattern_{"%Y-%m-%dT%H:%M:%S.%e%z %^%-7l%$ %v",
                                     spdlog::pattern_time_type::local, "\n"};
};

class JsonFormatter final : public spdlog::formatter {
 public:
  void format(const log_msg& message, memory_buf_t& line) override {
    append(line, R"({"time":")");
    time_.format(message, line);
    append(line, R"(","level":")");
    append(line, level_name(message.level));
    append(line, R"(","message":)");
    append_json_string(line, {message.payload.data(), message.payload.size()});
    append(line, "}\n");
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JsonFormatter>();
  }

 private:
  spdlog::pattern_formatter time_{"%Y-%m-%dT%H:%M:%S.%eZ", spdlog::pattern_time_type::utc, ""};
};

class JournaldFormatter final : public spdlog::formatter {
 public:
  void format(const log_msg& message, memory_buf_t& line) override {
    append(line, priority_of(message.level));
    append_on_one_line(line, {message.payload.data(), message.payload.size()});
    line.push_back('\n');
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JournaldFormatter>();
  }

 private:
  static std::string_view priority_of(spdlog::level::level_enum level) {
    switch (level) {
      case spdlog::level::critical:
        return "<2>";
      case spdlog::level::err:
        return "<3>";
      case spdlog::level::warn:
        return "<4>";
      case spdlog::level::info:
        return "<6>";
      default:
        return "<7>";
    }
  }
};

}  // namespace

LogFormat resolved(LogFormat format) {
  if (format != LogFormat::kAuto) {
    return format;
  }
  // Before any other thread.
  const char* const journal = std::getenv("JOURNAL_STREAM");  // NOLINT(concurrency-mt-unsafe)
  struct stat file {};
  if (journal == nullptr || ::fstat(STDERR_FILENO, &file) != 0) {
    return LogFormat::kText;
  }
  const std::string own = std::to_string(file.st_dev) + ":" + std::to_string(file.st_ino);
  return own == journal ? LogFormat::kJournald : LogFormat::kText;
}

std::unique_ptr<spdlog::formatter> make_log_formatter(LogFormat format) {
  switch (format) {
    case LogFormat::kJson:
      return std::make_unique<JsonFormatter>();
    case LogFormat::kJournald:
      return std::make_unique<JournaldFormatter>();
    case LogFormat::kAuto:
    case LogFormat::kText:
      break;
  }
  return std::make_unique<TextFormatter>();
}

}  // namespace freshframe
