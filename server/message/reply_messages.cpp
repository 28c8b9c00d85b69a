#include "message/reply_messages.h"

#include <string>

#include <nlohmann/json.hpp>

namespace freshframe {

namespace {

using Json = nlohmann::ordered_json;

Bytes written(const Json& message) {
  // A reason may quote a device's name in any encoding; a message is always UTF-8.
  return Bytes::copy_of(
      std::string_view(message.dump(-1, ' ', false, Json::error_handler_t::replace)));
}

std::int64_t microseconds(UnixTime time) {
  return time.time_since_epoch().count();
}

Json size_or_null(int size_px) {
  return size_px > 0 ? Json(size_px) : Json();
}

void echo_id(Json& message, std::string_view id_json) {
  if (!id_json.empty()) {
    message["id"] = Json::parse(id_json);
  }
}

}  // namespace

Bytes make_hello_message(std::string_view protocol, std::string_view server, UnixTime now,
                         const std::vector<CameraGreeting>& cameras, const MayDo& may) {
  Json list = Json::array();
  for (const CameraGreeting& camera : cameras) {
    list.push_back({{"name", camera.name},
                    {"width", size_or_null(camera.width_px)},
                    {"height", size_or_null(camera.height_px)},
                    {"state", to_string(camera.status.state)},
                    {"reason", camera.status.reason}});
  }
  Json deeds = Json::array();
  if (may.watch) {
    deeds.push_back("watch");
  }
  if (may.publish) {
    deeds.push_back("publish");
  }
  return written({{"type", "hello"},
                  {"protocol", protocol},
                  {"server", server},
                  {"server_time_us", microseconds(now)},
                  {"cameras", std::move(list)},
                  {"may", std::move(deeds)}});
}

Bytes make_error_message(const ProtocolError& error) {
  Json message{{"type", "error"},
               {"code", to_string(error.code)},
               {"reason", error.reason},
               {"request", error.request.empty() ? Json() : Json(error.request)}};
  echo_id(message, error.id_json);
  return written(message);
}

Bytes make_credit_message(std::string_view camera, int frames, std::string_view id_json) {
  Json message{{"type", "credit"}, {"camera", camera}, {"frames", frames}};
  echo_id(message, id_json);
  return written(message);
}

Bytes make_pong_message(const PingMessage& ping, std::string_view id_json, UnixTime received,
                        UnixTime sent) {
  Json message{{"type", "pong"},
               {"client_time_us", ping.client_time_us},
               {"received_us", microseconds(received)},
               {"sent_us", microseconds(sent)}};
  echo_id(message, id_json);
  return written(message);
}

}  // namespace freshframe
