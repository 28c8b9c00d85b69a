#include "message/read_control_changes.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "message/json_reading.h"

namespace freshframe {

namespace {

using Json = nlohmann::json;

std::optional<ControlValue> value_of(const Json& value) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (value.is_null()) {
    return std::nullopt;
  }
  if (value.is_boolean()) {
    return ControlValue(value.get<bool>());
  }
  if (value.is_string()) {
    return ControlValue(value.get<std::string>());
  }
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > kMost) {
    return ControlValue(value.get<double>());
  }
  if (value.is_number_integer()) {
    return ControlValue(value.get<std::int64_t>());
  }
  if (value.is_number()) {
    return ControlValue(value.get<double>());
  }
  throw RefusedMessage{ProtocolError::Code::kBadShape,
                       "a control's value must be true, false, a number, a menu's entry, or null "
                       "for its default"};
}

}  // namespace

ControlChanges read_control_changes(const Json& object) {
  ControlChanges changes;
  for (const auto& [name, value] : object.items()) {
    changes[name] = value_of(value);
  }
  return changes;
}

}  // namespace freshframe
