#include "message/control_changes.h"

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
                       "a control's value must be true, false, a number, a menu's entry, or null "
                       "for its default"};
}

}  // namespace

boost::system::result<ControlChanges, ProtocolError> parse_control_changes(std::string_view text) {
  try {
    ControlChanges changes;
    const Json parsed = parse_json_object(text);
    for (const auto& [name, value] : parsed.items()) {
      changes[name] = value_of(value);
    }
    return changes;
  } catch (const RefusedMessage& refused) {
    return ProtocolError{refused.code, refused.reason, {}, {}};
  }
}

}  // namespace freshframe
