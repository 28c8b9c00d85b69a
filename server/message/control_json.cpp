#include "message/control_json.h"

#include <string_view>
#include <variant>

namespace freshframe {

namespace {

using Json = nlohmann::ordered_json;

std::string_view to_string(CameraControl::Type type) {
  switch (type) {
    case CameraControl::Type::kBoolean:
      return "boolean";
    case CameraControl::Type::kInteger:
      return "integer";
    case CameraControl::Type::kNumber:
      return "number";
    case CameraControl::Type::kMenu:
      return "menu";
  }
  return {};
}

void add(Json& json, const char* name, const std::optional<ControlValue>& value) {
  if (value) {
    std::visit([&](const auto& held) { json[name] = held; }, *value);
  }
}

}  // namespace

nlohmann::ordered_json control_json(const CameraControl& control) {
  Json json{{"name", control.name}, {"type", to_string(control.type)}};
  add(json, "minimum", control.minimum);
  add(json, "maximum", control.maximum);
  add(json, "default", control.default_value);
  if (!control.unit.empty()) {
    json["unit"] = control.unit;
  }
  if (control.type == CameraControl::Type::kMenu) {
    json["entries"] = control.entries;
  }
  return json;
}

}  // namespace freshframe
