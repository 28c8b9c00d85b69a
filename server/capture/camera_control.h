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
