#include "net/controls_json.h"

#include <variant>

#include <nlohmann/json.hpp>

#include "message/control_json.h"

namespace freshframe {

namespace {

using Json = nlohmann::ordered_json;

std::string text_of(Json answer, const Channel& channel) {
  Json list = Json::array();
  for (const CameraControl& control : channel.controls().list()) {
    Json json = control_json(control);
    if (const auto value = channel.controls().value_of(control)) {
      std::visit([&](const auto& held) { json["value"] = held; }, *value);
    }
    list.push_back(std::move(json));
  }
  answer["controls"] = std::move(list);
  return answer.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string controls_json(const Channel& channel) {
  return text_of({{"camera", channel.name()}}, channel);
}

std::string changed_controls_json(const Channel& channel, std::optional<std::uint64_t> sequence) {
  return text_of({{"camera", channel.name()}, {"sequence", sequence ? Json(*sequence) : Json()}},
                 channel);
}

}  // namespace freshframe
