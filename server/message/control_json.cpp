#include "message/control_json.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
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
    case CameraControl::Type::kArea:
      return "area";
  }
  return {};
}

void add(Json& json, const char* name, const std::optional<ControlValue>& value) {
  if (value) {
    std::visit([&](const auto& held) { json[name] = held; }, *value);
  }
}

std::optional<ControlValue> area_of(const nlohmann::json& list) {
  Area area{};
  if (list.size() != area.size()) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < area.size(); ++i) {
    const auto side = control_value_of(list[i]);
    const auto* const whole = side ? std::get_if<std::int64_t>(&*side) : nullptr;
    if (whole == nullptr) {
      return std::nullopt;
    }
    area[i] = *whole;
  }
  return ControlValue(area);
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

std::optional<ControlValue> control_value_of(const nlohmann::json& value) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (value.is_boolean()) {
    return ControlValue(value.get<bool>());
  }
  if (value.is_string()) {
    return ControlValue(value.get<std::string>());
  }
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > kMost) {
    return ControlValue(value.get<double>());
  }
  if (value.is_number_integer()) {
    return ControlValue(value.get<std::int64_t>());
  }
  if (value.is_number()) {
    return ControlValue(value.get<double>());
  }
  return value.is_array() ? area_of(value) : std::nullopt;
}

}  // namespace freshframe
