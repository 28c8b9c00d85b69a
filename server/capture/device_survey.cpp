#include "capture/device_survey.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <string_view>
#include <system_error>

#include "base/joined.h"

namespace freshframe {
namespace {

bool is_camera_node(std::string_view name) {
  for (const std::string_view prefix : {"media", "video"}) {
    if (name.size() > prefix.size() && name.starts_with(prefix) &&
        name.find_first_not_of("0123456789", prefix.size()) == std::string_view::npos) {
      return true;
    }
  }
  return false;
}

}  // namespace

DeviceSurvey survey_devices(const std::filesystem::path& dev,
                            const std::filesystem::path& udev_data) {
  DeviceSurvey survey;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(dev, error), end; !error && entry != end;
       entry.increment(error)) {
    if (is_camera_node(entry->path().filename().native())) {
      survey.devices.push_back(entry->path());
    }
  }
  std::sort(survey.devices.begin(), survey.devices.end());
  std::copy_if(survey.devices.begin(), survey.devices.end(), std::back_inserter(survey.forbidden),
               [](const std::string& device) {
                 return access(device.c_str(), R_OK | W_OK) != 0 &&
                        (errno == EACCES || errno == EPERM);
               });
  survey.udev_is_visible = std::filesystem::exists(udev_data, error);
  return survey;
}

std::optional<Failure> obstacle_to_cameras(const DeviceSurvey& survey) {
  if (!survey.forbidden.empty()) {
    return Failure{
        Failure::Kind::kNoPermission,
        "this user may not open " + joined(survey.forbidden, ", ") +
            "; add the user to the group video (sudo usermod -aG video $USER) and log in "
            "again, or give a container --group-add video"};
  }
  if (!survey.devices.empty() && !survey.udev_is_visible) {
    return Failure{Failure::Kind::kUnavailable,
                   "libcamera finds cameras through udev, and /run/udev is not there; give a "
                   "container -v /run/udev:/run/udev:ro, elsewhere start udev"};
  }
  const auto is_media = [](const std::string& device) {
    return std::filesystem::path(device).filename().native().starts_with("media");
  };
  if (!survey.devices.empty() &&
      std::none_of(survey.devices.begin(), survey.devices.end(), is_media)) {
    return Failure{Failure::Kind::kUnavailable,
                   "there is " + joined(survey.devices, ", ") +
                       " but no /dev/media*, without which libcamera shows no camera; give a "
                       "container --device /dev/media0 too"};
  }
  return std::nullopt;
}

}  // namespace freshframe
