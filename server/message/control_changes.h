#pragma once

#include <string_view>

#include <boost/system/result.hpp>

#include "capture/control_check.h"
#include "message/client_message.h"

namespace freshframe {

/// Reads what somebody wants changed: one JSON object, a member for each control, null for its
/// default (RFC 7396). Thread-safe.
boost::system::result<ControlChanges, ProtocolError> parse_control_changes(std::string_view text);

}  // namespace freshframe
