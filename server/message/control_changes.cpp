#include "message/control_changes.h"

#include "message/json_reading.h"
#include "message/read_control_changes.h"

namespace freshframe {

boost::system::result<ControlChanges, ProtocolError> parse_control_changes(std::string_view text) {
  try {
    return read_control_changes(parse_json_object(text));
  } catch (const RefusedMessage& refused) {
    return ProtocolError{refused.code, refused.reason, {}, {}};
  }
}

}  // namespace freshframe
