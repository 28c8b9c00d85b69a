#include "capture/control_check.h"

#include <algorithm>
#include <variant>

namespace freshframe {
namespace {

using Type = CameraControl::Type;

// A stranger's text is repeated, and not without end.
constexpr std::size_t kLongestNameShown = 64;
// Each may list what there is, and a request of a few KB may have hundreds of wrong names.
constexpr std::size_t kMostReasonsShown = 8;

std::string text_of(const ControlValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    return std::to_string(*whole);
  }
  std::string text = std::to_string(std::get<double>(value));
  text.erase(text.find_last_not_of('0') + 1);
  return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
}

std::string bounds_of(const CameraControl& control) {
  std::string text;
  if (control.minimum && control.maximum) {
    text = " from " + text_of(*control.minimum) + " to " + text_of(*control.maximum);
  }
  return control.unit.empty() ? text : text + " " + control.unit;
}

std::string text_of(const Area& area) {
  return "[" + std::to_string(area[0]) + ", " + std::to_string(area[1]) + ", " +
         std::to_string(area[2]) + ", " + std::to_string(area[3]) + "]";
}

const Area* area_in(const std::optional<ControlValue>& value) {
  return value ? std::get_if<Area>(&*value) : nullptr;
}

/// ", [left, top, width, height], of at least 64x64 within [0, 0, 640, 480]"
std::string bounds_of_area(const CameraControl& control) {
  std::string text = ", [left, top, width, height],";
  if (const Area* const smallest = area_in(control.minimum)) {
    text += " of at least " + std::to_string((*smallest)[2]) + "x" + std::to_string((*smallest)[3]);
  }
  if (const Area* const whole = area_in(control.maximum)) {
    text += " within " + text_of(*whole);
  }
  return text;
}

std::string what_is_allowed(const CameraControl& control) {
  switch (control.type) {
    case Type::kBoolean:
      return "true or false";
    case Type::kInteger:
      return "a whole number" + bounds_of(control);
    case Type::kNumber:
      return "a number" + bounds_of(control);
    case Type::kArea:
      return "an area" + bounds_of_area(control);
    case Type::kMenu:
      break;
  }
  std::string entries = "one of";
  for (std::size_t i = 0; i < control.entries.size(); ++i) {
    entries += (i == 0 ? " \"" : ", \"") + control.entries[i] + "\"";
  }
  return entries;
}

template <class Number>
std::optional<ControlValue> within(Number value, const CameraControl& control) {
  const auto bound = [](const std::optional<ControlValue>& limit) {
    return limit ? std::get_if<Number>(&*limit) : nullptr;
  };
  const Number* const minimum = bound(control.minimum);
  const Number* const maximum = bound(control.maximum);
  // Written so that what is not a number is refused.
  const bool fits =
      (minimum == nullptr || value >= *minimum) && (maximum == nullptr || value <= *maximum);
  return fits ? std::optional(ControlValue(value)) : std::nullopt;
}

/// Whether a side that begins at `begin` lies in one that begins at `limit_begin`. Written so that
/// no sum can overflow.
bool lies_within(std::int64_t begin, std::int64_t length, std::int64_t limit_begin,
                 std::int64_t limit_length) {
  return length <= limit_length && begin >= limit_begin &&
         begin <= limit_begin + (limit_length - length);
}

std::optional<ControlValue> within(const Area& area, const CameraControl& control) {
  const Area* const smallest = area_in(control.minimum);
  const Area* const whole = area_in(control.maximum);
  const std::int64_t least_width = smallest != nullptr ? (*smallest)[2] : 1;
  const std::int64_t least_height = smallest != nullptr ? (*smallest)[3] : 1;
  const bool fits = area[2] >= least_width && area[3] >= least_height &&
                    (whole == nullptr || (lies_within(area[0], area[2], (*whole)[0], (*whole)[2]) &&
                                          lies_within(area[1], area[3], (*whole)[1], (*whole)[3])));
  return fits ? std::optional(ControlValue(area)) : std::nullopt;
}

/// `value` in the control's type; nothing when it is none of the control's.
std::optional<ControlValue> in_type_of(const CameraControl& control, const ControlValue& value) {
  const auto* const whole = std::get_if<std::int64_t>(&value);
  switch (control.type) {
    case Type::kBoolean:
      return std::holds_alternative<bool>(value) ? std::optional(value) : std::nullopt;
    case Type::kInteger:
      return whole != nullptr ? within(*whole, control) : std::nullopt;
    case Type::kNumber:
      if (whole != nullptr) {
        return within(static_cast<double>(*whole), control);
      }
      return std::holds_alternative<double>(value) ? within(std::get<double>(value), control)
                                                   : std::nullopt;
    case Type::kMenu: {
      const auto* const entry = std::get_if<std::string>(&value);
      const bool is_there =
          entry != nullptr && std::find(control.entries.begin(), control.entries.end(), *entry) !=
                                  control.entries.end();
      return is_there ? std::optional(value) : std::nullopt;
    }
    case Type::kArea: {
      const auto* const area = std::get_if<Area>(&value);
      return area != nullptr ? within(*area, control) : std::nullopt;
    }
  }
  return std::nullopt;
}

std::string names_of(const std::vector<CameraControl>& controls) {
  std::string names;
  for (const CameraControl& control : controls) {
    names += (names.empty() ? "" : ", ") + control.name;
  }
  return names;
}

}  // namespace

boost::system::result<ControlValues, std::vector<RefusedControl>> check_controls(
    const ControlChanges& changes, const std::vector<CameraControl>& controls) {
  ControlValues values;
  std::vector<RefusedControl> refused;
  for (const auto& [name, wanted] : changes) {
    const CameraControl* const control = find_control(name, controls);
    if (control == nullptr) {
      const std::string shown =
          name.size() > kLongestNameShown ? name.substr(0, kLongestNameShown) + "..." : name;
      refused.push_back(
          {name, "there is no control \"" + shown + "\"" +
                     (controls.empty() ? ", nor any other" : "; there are " + names_of(controls))});
      continue;
    }
    if (!wanted && !control->default_value) {
      refused.push_back({name, name + " has no default that is known; give a value"});
      continue;
    }
    const auto value = in_type_of(*control, wanted ? *wanted : *control->default_value);
    if (!value) {
      refused.push_back({name, name + " must be " + what_is_allowed(*control)});
      continue;
    }
    values[name] = *value;
  }
  if (!refused.empty()) {
    return refused;
  }
  return values;
}

std::string reason_of(const std::vector<RefusedControl>& refused) {
  std::string text;
  const std::size_t shown = std::min(refused.size(), kMostReasonsShown);
  for (std::size_t i = 0; i < shown; ++i) {
    text += (text.empty() ? "" : "; ") + refused[i].reason;
  }
  if (shown < refused.size()) {
    text += "; and " + std::to_string(refused.size() - shown) + " more are wrong";
  }
  return text;
}

const CameraControl* find_control(std::string_view name,
                                  const std::vector<CameraControl>& controls) {
  const auto found =
      std::find_if(controls.begin(), controls.end(),
                   [&](const CameraControl& control) { return control.name == name; });
  return found == controls.end() ? nullptr : &*found;
}

}  // namespace freshframe
