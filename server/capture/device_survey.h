#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace freshframe {

/// What the machine shows of its cameras, seen without libcamera. libcamera leaves out silently
/// what it cannot open, so this is how to tell "no camera" from "not for you".
struct DeviceSurvey {
  /// The /dev/media* and /dev/video* there are, and those of them this user may not open.
  std::vector<std::string> devices;
  std::vector<std::string> forbidden;
  bool udev_is_visible = false;
};

DeviceSurvey survey_devices(const std::filesystem::path& dev = "/dev",
                            const std::filesystem::path& udev_data = "/run/udev");

/// What keeps libcamera from showing cameras that may be there; empty when nothing does.
std::optional<Failure> obstacle_to_cameras(const DeviceSurvey& survey);

}  // namespace freshframe
