#include "capture/camera_lookup.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace freshframe {
namespace {

constexpr std::string_view kSerial = "serial:";
constexpr std::string_view kModel = "model:";

bool is_same_in_any_port(std::string_view which) {
  return which.starts_with(kSerial) || which.starts_with(kModel);
}

/// The only camera whose `member` is `text`. Of several nobody could say which is meant, and it
/// would be another one after the next start.
std::optional<std::size_t> only_one(std::string CameraIdentity::*member, std::string_view text,
                                    const std::vector<CameraIdentity>& cameras) {
  const auto is_it = [&](const CameraIdentity& camera) { return camera.*member == text; };
  if (text.empty() || std::count_if(cameras.begin(), cameras.end(), is_it) != 1) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(std::find_if(cameras.begin(), cameras.end(), is_it) -
                                  cameras.begin());
}

}  // namespace

std::optional<std::size_t> look_up_camera(std::string_view which,
                                          const std::vector<CameraIdentity>& cameras) {
  const auto same_id = std::find_if(cameras.begin(), cameras.end(),
                                    [&](const CameraIdentity& each) { return each.id == which; });
  if (same_id != cameras.end()) {
    return static_cast<std::size_t>(same_id - cameras.begin());
  }
  if (which.starts_with(kSerial)) {
    return only_one(&CameraIdentity::serial, which.substr(kSerial.size()), cameras);
  }
  if (which.starts_with(kModel)) {
    return only_one(&CameraIdentity::model, which.substr(kModel.size()), cameras);
  }
  std::size_t place = 0;
  const char* const end = which.data() + which.size();
  const auto [rest, error] = std::from_chars(which.data(), end, place);
  const bool is_place = which.empty() || (error == std::errc{} && rest == end);
  return is_place && place < cameras.size() ? std::optional(place) : std::nullopt;
}

std::string name_in_any_port(std::size_t place, const std::vector<CameraIdentity>& cameras) {
  const CameraIdentity& camera = cameras[place];
  for (const auto& name :
       {std::string(kSerial) + camera.serial, std::string(kModel) + camera.model}) {
    if (look_up_camera(name, cameras) == place) {
      return name;
    }
  }
  return {};
}

std::string why_not_found(std::string_view which, const std::vector<CameraIdentity>& cameras) {
  if (cameras.empty()) {
    return "libcamera finds no camera; plug one in";
  }
  std::string reason = "there is no camera " + std::string(which);
  reason += is_same_in_any_port(which) ? ", or more than one" : "";
  bool has_another_name = false;
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    reason += (i == 0 ? "; libcamera finds " : ", ") + cameras[i].id;
    reason += cameras[i].model.empty() ? "" : " (" + cameras[i].model + ")";
    const std::string name = is_same_in_any_port(which) ? "" : name_in_any_port(i, cameras);
    if (!name.empty()) {
      reason += ", in any port " + name;
      has_another_name = true;
    }
  }
  return has_another_name ? reason +
                                "; the id of a USB camera names its port: plug it in there again, "
                                "or configure its name in any port"
                          : reason;
}

}  // namespace freshframe
