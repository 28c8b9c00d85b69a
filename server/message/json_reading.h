#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "message/client_message.h"

namespace freshframe {

/// Why a message cannot be read. Thrown and caught within message/ and publish/ only, by the
/// functions that read one message: a member may be wrong at any depth of reading.
struct RefusedMessage {
  ProtocolError::Code code;
  std::string reason;
};

/// One JSON object, nested as deep as proto/README.md allows. Throws RefusedMessage.
nlohmann::json parse_json_object(std::string_view text);

/// The member, or null when it is absent.
const nlohmann::json* find_member(const nlohmann::json& message, const char* name);

/// The message's id as JSON; empty when it has none. Throws RefusedMessage.
std::string id_of(const nlohmann::json& message);

}  // namespace freshframe
