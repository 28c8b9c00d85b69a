#include "net/controls_json.h"

#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include "message/control_json.h"

namespace freshframe {

namespace {

using Json = nlohmann::ordered_json;

/// Puts the camera, the first frame where there is one to name, and the list behind what is there.
Json with_controls(Json json, const Channel& channel, const std::optional<FirstFrame>& first) {
  json["camera"] = channel.name();
  if (first) {
    json["sequence"] = first->sequence ? Json(*first->sequence) : Json();
  }
  Json& list = json["controls"] = Json::array();
  for (const CameraControl& control : channel.controls().list()) {
    Json& listed = list.emplace_back(control_json(control));
    if (const auto value = channel.controls().value_of(control)) {
      std::visit([&](const auto& held) { listed["value"] = held; }, *value);
    }
  }
  return json;
}

std::string indented(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string controls_json(const Channel& channel) {
  return indented(with_controls(Json::object(), channel, std::nullopt));
}

std::string changed_controls_json(const Channel& channel, const FirstFrame& first) {
  return indented(with_controls(Json::object(), channel, first));
}

Bytes make_controls_message(const ControlsDue& due) {
  Json message = with_controls({{"type", "controls"}}, *due.channel, due.first_frame);
  if (!due.id_json.empty()) {
    message["id"] = Json::parse(due.id_json);
  }
  return Bytes::copy_of(
      std::string_view(message.dump(-1, ' ', false, Json::error_handler_t::replace)));
}

ProtocolError error_of(const RefusedChange& refused) {
  using Code = ProtocolError::Code;
  const bool is_too_many = refused.cause == RefusedChange::Cause::kTooManyWait;
  return {is_too_many ? Code::kTooManyChanges : Code::kBadShape, refused.reason, {}, {}};
}

}  // namespace freshframe
