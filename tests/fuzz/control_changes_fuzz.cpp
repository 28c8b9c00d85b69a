#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "capture/control_check.h"
#include "message/client_message.h"
#include "message/control_changes.h"

#include "check.h"

namespace {

using namespace freshframe;
using Type = CameraControl::Type;

/// One of each type.
const std::vector<CameraControl>& controls() {
  static const std::vector<CameraControl> list{
      {.name = "AeEnable", .type = Type::kBoolean, .default_value = true},
      {.name = "AwbMode",
       .type = Type::kMenu,
       .default_value = "AwbAuto",
       .entries = {"AwbAuto", "AwbCloudy"}},
      {.name = "Brightness",
       .type = Type::kNumber,
       .minimum = -1.0,
       .maximum = 1.0,
       .default_value = 0.0},
      {.name = "ExposureTime",
       .type = Type::kInteger,
       .minimum = std::int64_t{100},
       .maximum = std::int64_t{33000},
       .unit = "us"},
      {.name = "ScalerCrop",
       .type = Type::kArea,
       .minimum = Area{0, 0, 64, 48},
       .maximum = Area{8, 4, 640, 480},
       .unit = "px"}};
  return list;
}

template <class Number>
bool is_within(const ControlValue& value, const CameraControl& control) {
  const auto* const number = std::get_if<Number>(&value);
  return number != nullptr && *number >= std::get<Number>(*control.minimum) &&
         *number <= std::get<Number>(*control.maximum);
}

bool is_area_within(const ControlValue& value) {
  const auto* const area = std::get_if<Area>(&value);
  return area != nullptr && (*area)[0] >= 8 && (*area)[1] >= 4 && (*area)[2] >= 64 &&
         (*area)[3] >= 48 && (*area)[2] <= 640 && (*area)[3] <= 480 &&
         (*area)[0] + (*area)[2] <= 648 && (*area)[1] + (*area)[3] <= 484;
}

bool suits(const ControlValue& value, const CameraControl& control) {
  switch (control.type) {
    case Type::kBoolean:
      return std::holds_alternative<bool>(value);
    case Type::kInteger:
      return is_within<std::int64_t>(value, control);
    case Type::kNumber:
      return is_within<double>(value, control);
    case Type::kMenu:
      return value == ControlValue("AwbAuto") || value == ControlValue("AwbCloudy");
    case Type::kArea:
      return is_area_within(value);
  }
  return false;
}

}  // namespace

// Whatever the body of a PATCH is, it is refused with a sentence of a bounded length, or all of it
// can be set as it stands. The message set-controls means the same by it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto changes = parse_control_changes(body);
  if (!changes) {
    check(!changes.error().reason.empty() && changes.error().reason.size() <= 100);
    return 0;
  }
  const auto message = parse_client_message(R"({"type":"set-controls","camera":"front","values":)" +
                                            std::string(body) + "}");
  check(message.has_value());
  check(std::get<SetControlsMessage>(message->body).values == *changes);

  const auto checked = check_controls(*changes, controls());
  if (!checked) {
    const std::string reason = reason_of(checked.error());
    check(!reason.empty() && reason.size() <= 2000);
    check(!checked.error().empty() && checked.error().size() <= changes->size());
    return 0;
  }
  check(checked->size() == changes->size());
  for (const auto& [name, value] : *checked) {
    const CameraControl* const control = find_control(name, controls());
    check(control != nullptr && changes->count(name) == 1 && suits(value, *control));
  }
  return 0;
}
