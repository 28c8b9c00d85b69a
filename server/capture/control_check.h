#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "capture/camera_control.h"

namespace freshframe {

/// What somebody wants changed, by the controls' names. Nothing in a value's place means the
/// control's default.
using ControlChanges = std::map<std::string, std::optional<ControlValue>>;

/// Why a control cannot be set so, as a sentence: "Brightness must be a number from -1 to 1".
struct RefusedControl {
  std::string name;
  std::string reason;
};

/// The changes as values of their controls' types, when all of them can be made; else each that
/// cannot. Thread-safe.
boost::system::result<ControlValues, std::vector<RefusedControl>> check_controls(
    const ControlChanges& changes, const std::vector<CameraControl>& controls);

/// Their reasons in one sentence; of many the first few, and how many more there are.
std::string reason_of(const std::vector<RefusedControl>& refused);

/// The control of this name; null when there is none.
const CameraControl* find_control(std::string_view name,
                                  const std::vector<CameraControl>& controls);

}  // namespace freshframe
