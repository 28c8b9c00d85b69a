#include "net/ustreamer_state.h"

#include <cmath>
#include <cstdint>
#include <string_view>

#include <nlohmann/json.hpp>

namespace freshframe {

namespace {

using Json = nlohmann::ordered_json;

/// ustreamer's words for its encoders: HW is a camera's own JPEG.
std::string_view type_of(const EncoderReport& encoder) {
  if (encoder.name == "camera") {
    return "HW";
  }
  return encoder.name.empty() || encoder.name == "libjpeg-turbo" ? "CPU" : "M2M-IMAGE";
}

/// A camera that nobody watches rests, and nothing is wrong with it.
bool is_online(CameraState state) {
  return state == CameraState::kIdle || state == CameraState::kSettling ||
         state == CameraState::kLive;
}

}  // namespace

std::string ustreamer_state_json(const Channel& channel,
                                 std::chrono::steady_clock::time_point now) {
  const std::uint32_t pictures_per_second = channel.rate().of_second_before(now);
  const CameraWishes& wishes = channel.wishes();
  const Json result{
      {"instance_id", ""},
      {"encoder", {{"type", type_of(channel.encoder())}, {"quality", wishes.quality_percent}}},
      {"source",
       {{"resolution",
         {{"width", channel.picture_width_px()}, {"height", channel.picture_height_px()}}},
        {"online", is_online(channel.status().state)},
        {"desired_fps", std::lround(wishes.frames_per_second)},
        {"captured_fps", pictures_per_second}}},
      {"stream",
       {{"queued_fps", channel.viewer_count() > 0 ? pictures_per_second : 0},
        {"clients", channel.viewer_count()},
        {"clients_stat", Json::object()}}}};
  return Json{{"ok", true}, {"result", result}}.dump() + "\n";
}

}  // namespace freshframe
