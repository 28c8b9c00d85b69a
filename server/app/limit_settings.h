#pragma once

#include <span>
#include <string_view>

#include "app/given_value.h"
#include "base/result.h"
#include "net/limits.h"

namespace freshframe {

/// One member of the configuration file's "limits". A new one is a row in the table, a property in
/// config/freshframe.schema.json and an entry in config/freshframe.json.
struct LimitSetting {
  std::string_view key;
  /// "a number of viewers": what a wrong value is not.
  std::string_view what;
  double least;
  double most;
  /// Given a value that is checked.
  void (*keep)(double value, Limits& limits);
  double (*get)(const Limits& limits);
};

std::span<const LimitSetting> limit_settings();

/// Checks the value and keeps it. All but times are whole numbers.
Result<void> set_limit(const LimitSetting& setting, const GivenValue& value, Limits& limits);

/// Null when there is none of that name.
const LimitSetting* find_limit_setting(std::string_view key);

}  // namespace freshframe
