#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace freshframe {

/// Left, top, width and height, in pixels of the sensor.
using Area = std::array<std::int64_t, 4>;

/// What a control is set to: of a boolean, an integer, a number, a menu (by its entry's name), or
/// an area.
using ControlValue = std::variant<bool, std::int64_t, double, std::string, Area>;

/// By the controls' names.
using ControlValues = std::map<std::string, ControlValue>;

/// What a control was set to, and by which of its camera's changes; they are counted from 1.
struct ControlSetting {
  ControlValue value;
  std::uint64_t revision = 0;

  friend bool operator==(const ControlSetting&, const ControlSetting&) = default;
};

/// By the controls' names.
using ControlSettings = std::map<std::string, ControlSetting>;

inline ControlValues values_of(const ControlSettings& settings) {
  ControlValues values;
  for (const auto& [name, setting] : settings) {
    values.emplace(name, setting.value);
  }
  return values;
}

/// What a camera does not take.
struct RefusedSetting {
  std::string name;
  std::uint64_t revision = 0;

  friend bool operator==(const RefusedSetting&, const RefusedSetting&) = default;
};

/// What became of the changes up to `revision`.
struct ControlOutcome {
  std::uint64_t revision = 0;
  /// What the camera has: of each control that was set since its start, what it took last. A
  /// change that is neither here nor refused never reached it, for a later one took its place.
  ControlSettings held = {};
  std::vector<RefusedSetting> refused = {};

  friend bool operator==(const ControlOutcome&, const ControlOutcome&) = default;
};

/// Something of a camera's that can be set while it runs. Names are libcamera's where it has one.
struct CameraControl {
  enum class Type { kBoolean, kInteger, kNumber, kMenu, kArea };

  std::string name;
  Type type = Type::kInteger;
  /// Of the type that the control has. Bounds are those of integers and numbers, and inclusive. An
  /// area is to be as wide and as high as the minimum at least, and to lie within the maximum.
  std::optional<ControlValue> minimum = {};
  std::optional<ControlValue> maximum = {};
  /// Absent where the camera does not tell it.
  std::optional<ControlValue> default_value = {};
  /// "us", "K", "frames/s"; empty where there is none.
  std::string unit = {};
  /// Of a menu, in its order.
  std::vector<std::string> entries = {};

  friend bool operator==(const CameraControl&, const CameraControl&) = default;
};

}  // namespace freshframe
