#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include <nlohmann/json.hpp>

#include "message/client_message.h"

#include "check.h"

namespace {

using Json = nlohmann::json;

// What is put into an answer as it stands must be JSON, and short.
void check_id(const std::string& id_json) {
  if (id_json.empty()) {
    return;
  }
  const Json id = Json::parse(id_json, nullptr, /*allow_exceptions=*/false);
  check(id.is_number_integer() || (id.is_string() && id.get<std::string>().size() <= 64));
}

bool is_known(std::string_view type) {
  return type == "subscribe" || type == "unsubscribe" || type == "ack" || type == "ping" ||
         type == "get-controls" || type == "set-controls" || type == "publish" || type == "frame";
}

}  // namespace

// Whatever a viewer sends, it is either a message within the protocol's bounds or refused with a
// sentence, and what goes back of it is harmless.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto message = freshframe::parse_client_message(text);
  if (!message) {
    check(!message.error().reason.empty() && message.error().reason.size() <= 100);
    check(!to_string(message.error().code).empty());
    check(message.error().request.empty() || is_known(message.error().request));
    check_id(message.error().id_json);
    return 0;
  }
  check(is_known(message->type));
  check_id(message->id_json);
  if (const auto* const subscribe = std::get_if<freshframe::SubscribeMessage>(&message->body)) {
    check(message->type == "subscribe");
    if (subscribe->max_fps) {
      check(*subscribe->max_fps >= 0 && *subscribe->max_fps <= 1000);
    }
  }
  return 0;
}
