#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/given_value.h"
#include "app/options.h"
#include "base/result.h"

namespace freshframe {

/// One option that has many values: a flag that may be given again, and a list in the configuration
/// file. Flags replace the file's list. A new one is a row in the table, a property in
/// config/freshframe.schema.json and an entry in config/freshframe.json.
struct ListSetting {
  std::string_view flag;
  /// What the configuration file calls it.
  std::string_view key;
  /// The help's word for a value.
  std::string_view placeholder;
  std::string_view help;
  /// Where the values are kept, as they were given.
  std::vector<std::string> Options::*values;
  /// Checks one value: the one place that knows what is allowed. What is kept is what it returns.
  Result<std::string> (*check)(const GivenValue& value);
};

std::span<const ListSetting> list_settings();

/// Adds one value, which may not be there twice.
Result<void> add_to_list(const ListSetting& setting, const GivenValue& value, Options& options);

}  // namespace freshframe
