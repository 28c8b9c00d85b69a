#include "net/camera_list.h"

#include <nlohmann/json.hpp>

namespace freshframe {

namespace {

using Json = nlohmann::ordered_json;

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

}  // namespace

std::string camera_list_json(const Hub& hub) {
  Json cameras = Json::array();
  for (const Channel& channel : hub.channels()) {
    const Picture* newest = channel.newest().get();
    cameras.push_back({{"name", channel.name()},
                       {"source", channel.source()},
                       {"state", to_string(channel.status().state)},
                       {"reason", channel.status().reason},
                       {"width", newest != nullptr ? Json(newest->width_px) : Json()},
                       {"height", newest != nullptr ? Json(newest->height_px) : Json()},
                       {"viewers", channel.viewer_count()},
                       {"frames", frames_of(channel.counters())}});
  }
  return Json{{"cameras", std::move(cameras)}}.dump(2, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

}  // namespace freshframe
