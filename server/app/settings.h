#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/camera_spec.h"
#include "app/given_value.h"
#include "app/options.h"
#include "base/result.h"

namespace freshframe {

/// One option that is a flag as well as a key of the configuration file. A new one is a row in the
/// table, a property in config/freshframe.schema.json and an entry in config/freshframe.json.
struct Setting {
  std::string_view flag;
  /// What the configuration file calls it. Empty when it stands elsewhere in the file than at the
  /// top.
  std::string_view key;
  /// The help's word for the value; empty for a switch, which has none.
  std::string_view placeholder;
  std::string_view help;
  /// Checks the value and keeps it: the one place that knows what is allowed.
  Result<void> (*set)(const GivenValue& value, Options& options);
  /// The value as a flag would be given it.
  std::string (*show)(const Options& options);
};

std::span<const Setting> settings();

/// Takes the cameras as the whole list, and names the nameless cam0, cam1, ... around the names
/// that are taken. Fails when a name is there twice or the cameras are too many.
Result<void> set_cameras(std::vector<CameraSpec> cameras, Options& options);

}  // namespace freshframe
