#include "capture/libcamera_controls.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <libcamera/control_ids.h>
#include <libcamera/geometry.h>

#include "capture/control_check.h"

namespace freshframe {
namespace {

namespace ids = libcamera::controls;

constexpr const char* kFrameRate = "FrameRate";

// Before libcamera 0.4, a control does not tell that it is a list.
const std::array kLists = {ids::ColourGains.id(), ids::ColourCorrectionMatrix.id(),
                           ids::SensorBlackLevels.id(), ids::AfWindows.id(),
                           ids::FrameDurationLimits.id()};

// Templates, so that only the half that this version of libcamera has is compiled.
template <class Id>
bool is_list(const Id& id) {
  if constexpr (requires { id.isArray(); }) {
    return id.isArray();
  }
  return std::find(kLists.begin(), kLists.end(), id.id()) != kLists.end();
}

template <class Id>
bool can_be_set(const Id& id) {
  if constexpr (requires { id.isInput(); }) {
    return id.isInput();
  }
  return true;
}

template <class Id>
std::string entry_name(const Id& id, std::int32_t value) {
  if constexpr (requires { id.enumerators(); }) {
    const auto found = id.enumerators().find(value);
    if (found != id.enumerators().end()) {
      return found->second;
    }
  }
  return std::to_string(value);
}

std::string unit_of(unsigned int id) {
  if (id == ids::ExposureTime.id()) {
    return "us";
  }
  if (id == ids::ExposureValue.id()) {
    return "EV";
  }
  if (id == ids::ColourTemperature.id()) {
    return "K";
  }
  if (id == ids::ScalerCrop.id()) {
    return "px";
  }
  if (id == ids::LensPosition.id()) {
    return "dioptres";
  }
  return {};
}

std::optional<ControlValue> from_libcamera(const libcamera::ControlId& id,
                                           const libcamera::ControlValue& value,
                                           CameraControl::Type type) {
  if (value.isArray()) {
    return std::nullopt;
  }
  switch (value.type()) {
    case libcamera::ControlTypeBool:
      return ControlValue(value.get<bool>());
    case libcamera::ControlTypeInteger32:
      return type == CameraControl::Type::kMenu
                 ? ControlValue(entry_name(id, value.get<std::int32_t>()))
                 : ControlValue(std::int64_t{value.get<std::int32_t>()});
    case libcamera::ControlTypeInteger64:
      return ControlValue(value.get<std::int64_t>());
    case libcamera::ControlTypeFloat:
      return ControlValue(double{value.get<float>()});
    case libcamera::ControlTypeRectangle: {
      const auto area = value.get<libcamera::Rectangle>();
      return ControlValue(Area{area.x, area.y, area.width, area.height});
    }
    default:
      return std::nullopt;
  }
}

/// Nothing where the control has no such value.
std::optional<libcamera::ControlValue> to_libcamera(const libcamera::ControlId& id,
                                                    const libcamera::ControlInfo& info,
                                                    const ControlValue& value) {
  if (const auto* const entry = std::get_if<std::string>(&value)) {
    for (const libcamera::ControlValue& each : info.values()) {
      if (each.type() == libcamera::ControlTypeInteger32 &&
          entry_name(id, each.get<std::int32_t>()) == *entry) {
        return each;
      }
    }
  } else if (const auto* const truth = std::get_if<bool>(&value)) {
    if (id.type() == libcamera::ControlTypeBool) {
      return libcamera::ControlValue(*truth);
    }
  } else if (const auto* const number = std::get_if<double>(&value)) {
    if (id.type() == libcamera::ControlTypeFloat) {
      return libcamera::ControlValue(static_cast<float>(*number));
    }
  } else if (const auto* const area = std::get_if<Area>(&value)) {
    if (id.type() == libcamera::ControlTypeRectangle) {
      return libcamera::ControlValue(libcamera::Rectangle(
          static_cast<int>((*area)[0]), static_cast<int>((*area)[1]),
          static_cast<unsigned int>((*area)[2]), static_cast<unsigned int>((*area)[3])));
    }
  } else if (id.type() == libcamera::ControlTypeInteger32) {
    return libcamera::ControlValue(static_cast<std::int32_t>(std::get<std::int64_t>(value)));
  } else if (id.type() == libcamera::ControlTypeInteger64) {
    return libcamera::ControlValue(std::get<std::int64_t>(value));
  }
  return std::nullopt;
}

std::optional<CameraControl> settable_control(const libcamera::ControlId& id,
                                              const libcamera::ControlInfo& info) {
  using Type = CameraControl::Type;
  if (is_list(id) || !can_be_set(id)) {
    return std::nullopt;
  }
  CameraControl control;
  control.name = id.name();
  control.unit = unit_of(id.id());
  switch (id.type()) {
    case libcamera::ControlTypeBool:
      control.type = Type::kBoolean;
      break;
    case libcamera::ControlTypeInteger32:
      control.type = info.values().empty() ? Type::kInteger : Type::kMenu;
      break;
    case libcamera::ControlTypeInteger64:
      control.type = Type::kInteger;
      break;
    case libcamera::ControlTypeFloat:
      control.type = Type::kNumber;
      break;
    case libcamera::ControlTypeRectangle:
      control.type = Type::kArea;
      break;
    default:
      return std::nullopt;
  }
  control.default_value = from_libcamera(id, info.def(), control.type);
  if (control.type == Type::kMenu) {
    for (const libcamera::ControlValue& value : info.values()) {
      const auto entry = from_libcamera(id, value, control.type);
      if (const auto* const name = entry ? std::get_if<std::string>(&*entry) : nullptr) {
        control.entries.push_back(*name);
      }
    }
  } else if (control.type != Type::kBoolean) {
    control.minimum = from_libcamera(id, info.min(), control.type);
    control.maximum = from_libcamera(id, info.max(), control.type);
    if (!control.minimum || !control.maximum) {
      return std::nullopt;
    }
  }
  return control;
}

/// What was set may be another camera's, or beyond what this one takes in the mode that it runs in.
ControlValues fitting_values(const ControlValues& values,
                             const std::vector<CameraControl>& controls) {
  ControlValues fitting;
  for (const auto& [name, value] : values) {
    if (auto checked = check_controls({{name, value}}, controls)) {
      fitting.merge(*checked);
    }
  }
  return fitting;
}

}  // namespace

std::vector<CameraControl> settable_controls(const libcamera::ControlInfoMap& controls) {
  std::vector<CameraControl> found;
  for (const auto& [id, info] : controls) {
    if (auto control = settable_control(*id, info)) {
      found.push_back(*std::move(control));
    }
  }
  if (const auto rates = frame_rates(controls)) {
    found.push_back({.name = kFrameRate,
                     .type = CameraControl::Type::kNumber,
                     .minimum = rates->lowest,
                     .maximum = rates->highest,
                     .unit = "frames/s"});
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return found;
}

void add_controls(const ControlValues& values, const libcamera::ControlInfoMap& controls,
                  libcamera::ControlList& list) {
  const ControlValues fitting = fitting_values(values, settable_controls(controls));
  for (const auto& [id, info] : controls) {
    const auto wanted = fitting.find(id->name());
    if (wanted == fitting.end()) {
      continue;
    }
    if (const auto value = to_libcamera(*id, info, wanted->second)) {
      list.set(id->id(), *value);
    }
  }
  const auto rate = fitting.find(kFrameRate);
  if (rate != fitting.end()) {
    const auto duration_us =
        static_cast<std::int64_t>(std::lround(1e6 / std::get<double>(rate->second)));
    const std::array<std::int64_t, 2> limits = {duration_us, duration_us};
    list.set(ids::FrameDurationLimits, libcamera::Span<const std::int64_t, 2>(limits));
  }
}

std::optional<FrameRates> frame_rates(const libcamera::ControlInfoMap& controls) {
  const auto limits = controls.find(ids::FrameDurationLimits.id());
  if (limits == controls.end() || limits->second.min().type() != libcamera::ControlTypeInteger64 ||
      limits->second.min().isArray() || limits->second.max().isArray()) {
    return std::nullopt;
  }
  const auto shortest_us = limits->second.min().get<std::int64_t>();
  const auto longest_us = limits->second.max().get<std::int64_t>();
  if (shortest_us <= 0 || longest_us < shortest_us) {
    return std::nullopt;
  }
  return FrameRates{.lowest = 1e6 / static_cast<double>(longest_us),
                    .highest = 1e6 / static_cast<double>(shortest_us)};
}

}  // namespace freshframe
