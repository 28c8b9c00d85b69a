#include "net/routes.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <boost/beast/http/status.hpp>

#include "net/camera_list.h"
#include "net/request_checks.h"
#include "net/request_target.h"
#include "net/responses.h"
#include "net/static_files.h"

namespace freshframe {

namespace {

namespace http = boost::beast::http;
using Answer = std::variant<HttpResponse, BecomeViewer>;

Answer refuse(const HttpRequest& request, const Refusal& refusal) {
  if (refusal.status == http::status::upgrade_required) {
    return upgrade_required(request, refusal.reason);
  }
  return text_response(request, refusal.status, refusal.reason);
}

std::string unknown_camera(const std::string& name, const Hub& hub) {
  std::string text = "there is no camera named \"" + name + "\"; there are:";
  for (const Channel& channel : hub.channels()) {
    text += " " + channel.name();
  }
  return text;
}

std::string_view complaint(QueryError error) {
  switch (error) {
    case QueryError::kBrokenEncoding:
      return "a value behind the question mark is not validly percent-encoded";
    case QueryError::kGivenTwice:
      return "camera and subscribe may each be given once; for more cameras send subscribe "
             "messages";
  }
  return {};
}

Answer watch(HttpRequest& request, std::string_view query, Hub& hub) {
  if (const auto refusal = check_websocket_handshake(request)) {
    return refuse(request, *refusal);
  }
  if (const auto refusal = check_extensions(request)) {
    return refuse(request, *refusal);
  }
  if (const auto refusal = check_origin(request)) {
    return refuse(request, *refusal);
  }
  const auto subscribe = query_value(query, "subscribe");
  const auto name = query_value(query, "camera");
  if (!subscribe || !name) {
    return text_response(request, http::status::bad_request,
                         complaint(subscribe ? name.error() : subscribe.error()));
  }
  if (*subscribe) {
    if (**subscribe != "none") {
      return text_response(request, http::status::bad_request,
                           "subscribe takes only none; name a camera with camera=NAME");
    }
    return BecomeViewer{nullptr};
  }
  Channel* const channel = *name ? hub.find(**name) : &hub.channels().front();
  if (channel == nullptr) {
    return text_response(request, http::status::not_found, unknown_camera(**name, hub));
  }
  return BecomeViewer{channel};
}

Answer list_cameras(HttpRequest& request, std::string_view /*query*/, Hub& hub) {
  return json_response(request, camera_list_json(hub));
}

struct Route {
  std::string_view path;
  bool head_is_allowed;
  Answer (*handler)(HttpRequest& request, std::string_view query, Hub& hub);
};

constexpr std::array kRoutes{
    Route{"/ws", false, watch},
    Route{"/api/v1/cameras", true, list_cameras},
};

}  // namespace

std::variant<HttpResponse, BecomeViewer> route(HttpRequest& request, Hub& hub) {
  if (const auto refusal = check_framing(request)) {
    // Nobody knows where the next request begins: behind this one may be a body, and a web page of
    // another origin chooses what stands in a body.
    request.keep_alive(false);
    return refuse(request, *refusal);
  }
  if (const auto refusal = check_host(request)) {
    return refuse(request, *refusal);
  }
  const RequestTarget target = split_target(request.target());
  const auto* const found = std::find_if(kRoutes.begin(), kRoutes.end(), [&](const Route& route) {
    return route.path == target.path;
  });
  const StaticFile* const file = find_static_file(target.path);
  if (found == kRoutes.end() && file == nullptr) {
    return text_response(request, http::status::not_found, "there is nothing at this address");
  }
  const bool head_is_allowed = file != nullptr || found->head_is_allowed;
  if (request.method() != http::verb::get &&
      !(head_is_allowed && request.method() == http::verb::head)) {
    return method_not_allowed(request, head_is_allowed ? "GET, HEAD" : "GET");
  }
  return file != nullptr ? file_response(request, *file)
                         : found->handler(request, target.query, hub);
}

}  // namespace freshframe
