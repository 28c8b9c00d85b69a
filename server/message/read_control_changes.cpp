#include "message/read_control_changes.h"

#include <optional>

#include "message/control_json.h"
#include "message/json_reading.h"

namespace freshframe {

namespace {

using Json = nlohmann::json;

std::optional<ControlValue> value_of(const Json& value) {
  auto given = control_value_of(value);
  if (given || value.is_null()) {
    return given;
  }
  throw RefusedMessage{ProtocolError::Code::kBadShape,
                       "a control takes true, false, a number, a menu's entry, [left, top, "
                       "width, height] or null"};
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
