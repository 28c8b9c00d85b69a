#include "message/status_message.h"

#include <string>

#include <nlohmann/json.hpp>

namespace freshframe {

std::string_view to_string(CameraState state) {
  switch (state) {
    case CameraState::kIdle:
      return "idle";
    case CameraState::kStarting:
      return "starting";
    case CameraState::kSettling:
      return "settling";
    case CameraState::kLive:
      return "live";
    case CameraState::kStalled:
      return "stalled";
    case CameraState::kLost:
      return "lost";
  }
  return "lost";
}

Bytes make_status_message(std::string_view camera, const CameraStatus& status) {
  const nlohmann::ordered_json message{
      {"type", "status"},
      {"camera", camera},
      {"state", to_string(status.state)},
      {"reason", status.reason},
  };
  // A reason may quote a device's name in any encoding; a message is always UTF-8.
  return Bytes::copy_of(std::string_view(
      message.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)));
}

}  // namespace freshframe
