#include "message/json_reading.h"

namespace freshframe {

namespace {

using Json = nlohmann::json;
using Code = ProtocolError::Code;

constexpr int kMaxDepth = 8;
constexpr std::size_t kMaxIdLength = 64;

}  // namespace

Json parse_json_object(std::string_view text) {
  bool is_too_deep = false;
  const auto watch_depth = [&](int depth, Json::parse_event_t event, Json& /*parsed*/) {
    const bool opens =
        event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
    is_too_deep = is_too_deep || (opens && depth >= kMaxDepth);
    // What is too deep is read on but not kept.
    return !is_too_deep;
  };
  // The library takes a zero byte for the end of the text, and what stands behind it for nothing.
  const bool has_zero = text.find('\0') != std::string_view::npos;
  Json message = has_zero ? Json(Json::value_t::discarded)
                          : Json::parse(text, watch_depth, /*allow_exceptions=*/false);
  if (is_too_deep) {
    throw RefusedMessage{Code::kTooDeep, "a message may be nested 8 levels deep"};
  }
  if (message.is_discarded()) {
    throw RefusedMessage{Code::kNotJson, "a message must be one JSON object in UTF-8"};
  }
  if (!message.is_object()) {
    throw RefusedMessage{Code::kBadShape, "a message must be a JSON object"};
  }
  return message;
}

const Json* find_member(const Json& message, const char* name) {
  const auto found = message.find(name);
  return found == message.end() ? nullptr : &*found;
}

std::string id_of(const Json& message) {
  const Json* const id = find_member(message, "id");
  if (id == nullptr) {
    return {};
  }
  if (id->is_number_integer() ||
      (id->is_string() && id->get_ref<const std::string&>().size() <= kMaxIdLength)) {
    return id->dump();
  }
  throw RefusedMessage{Code::kBadShape,
                       "\"id\" must be a whole number or a string of at most 64 bytes"};
}

}  // namespace freshframe
