#pragma once

#include <memory>

#include <spdlog/formatter.h>

namespace freshframe {

/// How a line of the log is written.
enum class LogFormat {
  kAuto,      // for the journal where stderr is that, else text
  kText,      // for people: time, level, message
  kJson,      // an object a line: "time" (UTC), "level", "message"
  kJournald,  // the syslog priority in front, as sd-daemon(3) has it, and no time: journald adds
              // one
};

/// Whichever kAuto stands for here: journald says by $JOURNAL_STREAM which file it listens at
/// (systemd.exec(5)).
LogFormat resolved(LogFormat format);

/// Writes each message as one line, whatever it holds. `format` is resolved.
std::unique_ptr<spdlog::formatter> make_log_formatter(LogFormat format);

}  // namespace freshframe
