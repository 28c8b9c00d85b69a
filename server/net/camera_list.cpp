#include "net/camera_list.h"

#include <nlohmann/json.hpp>

namespace freshframe {

namespace {

using Json = nlohmann::ordered_json;

Json size_or_null(int size_px) {
  return size_px > 0 ? Json(size_px) : Json();
}

Json frames_of(const FrameCounters& counters) {
  Json dropped = Json::object();
  for (const EncodeError error : FrameCounters::kEncodeErrors) {
    dropped[std::string(to_string(error))] = counters.dropped_for(error);
  }
  return {{"captured", counters.captured.load()},
          {"encoded", counters.encoded.load()},
          {"replaced", counters.replaced.load()},
          {"dropped", std::move(dropped)}};
}

Json encoder_of(const EncoderReport& encoder) {
  if (encoder.name.empty()) {
    return {};
  }
  return {{"name", encoder.name},
          {"reason", encoder.reason},
          {"hardware_failures", encoder.hardware_failures}};
}

}  // namespace

std::string camera_list_json(const Hub& hub) {
  Json cameras = Json::array();
  for (const Channel& channel : hub.channels()) {
    cameras.push_back({{"name", channel.name()},
                       {"source", channel.source()},
                       {"state", to_string(channel.status().state)},
                       {"reason", channel.status().reason},
                       {"width", size_or_null(channel.picture_width_px())},
                       {"height", size_or_null(channel.picture_height_px())},
                       {"encoder", encoder_of(channel.encoder())},
                       {"viewers", channel.viewer_count()},
                       {"frames", frames_of(channel.counters())}});
  }
  return Json{{"cameras", std::move(cameras)}}.dump(2, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

}  // namespace freshframe
