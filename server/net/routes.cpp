#include "net/routes.h"

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <boost/beast/http/status.hpp>
#include <spdlog/spdlog.h>

#include "base/log_interval.h"
#include "net/camera_list.h"
#include "net/request_checks.h"
#include "net/request_target.h"
#include "net/responses.h"
#include "net/static_files.h"
#include "publish/multipart_parser.h"

namespace freshframe {

namespace {

namespace http = boost::beast::http;
using Answer = std::variant<HttpResponse, BecomeViewer, BecomeStream, ReceiveImages>;

Answer refuse(const HttpRequest& request, const Refusal& refusal) {
  if (refusal.status == http::status::upgrade_required) {
    return upgrade_required(request, refusal.reason);
  }
  return text_response(request, refusal.status, refusal.reason);
}

/// A person has to see it who runs the server and wonders why a page does not work.
void log_refused_page(const std::string& reason) {
  // On the event loop only, like everything that answers.
  static LogInterval interval{std::chrono::seconds(10)};
  if (const auto held_back = interval.lets_pass(std::chrono::steady_clock::now())) {
    spdlog::warn("refused: {} (and {} more since the last such line)", reason, *held_back);
  }
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

/// What stands in the request's target beside the route's path.
struct Asked {
  std::string_view query;
  /// The camera's name in the path.
  std::string_view camera;
};

Answer watch(HttpRequest& request, const Asked& asked, const Services& services) {
  const std::string_view query = asked.query;
  Hub& hub = services.hub;
  std::optional<Refusal> refusal = check_websocket_handshake(request);
  if (!refusal) {
    refusal = check_extensions(request);
  }
  if (refusal) {
    // What a client that was not let in sends behind its handshake is no request.
    request.keep_alive(false);
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

Answer list_cameras(HttpRequest& request, const Asked& /*asked*/, const Services& services) {
  return json_response(request, camera_list_json(services.hub));
}

/// Without a name in the path it is the first camera.
Answer stream_pictures(HttpRequest& request, const Asked& asked, const Services& services) {
  Channel* const channel =
      asked.camera.empty() ? &services.hub.channels().front() : services.hub.find(asked.camera);
  if (channel == nullptr) {
    return text_response(request, http::status::not_found,
                         unknown_camera(std::string(asked.camera), services.hub));
  }
  return BecomeStream{channel};
}

HttpResponse refuse_to_publish(const HttpRequest& request, http::status status,
                               ProtocolError::Code code, std::string reason) {
  return error_response(request, status, {code, std::move(reason), "publish", {}});
}

/// Whether the query wants `takeover`; a plain `?takeover` counts.
boost::system::result<bool, QueryError> wants_takeover(std::string_view query) {
  const auto takeover = query_value(query, "takeover");
  if (!takeover) {
    return takeover.error();
  }
  return *takeover && **takeover != "false" && **takeover != "0";
}

Answer receive_images(HttpRequest& request, const Asked& asked, const Services& services) {
  Channel* const channel = services.hub.find(asked.camera);
  if (channel == nullptr) {
    return refuse_to_publish(request, http::status::not_found, ProtocolError::Code::kUnknownCamera,
                             unknown_camera(std::string(asked.camera), services.hub));
  }
  PublishedStream* const stream = services.published.find(*channel);
  if (stream == nullptr) {
    return refuse_to_publish(request, http::status::conflict, ProtocolError::Code::kNotPublishable,
                             std::string(kNotForPublishing));
  }
  const auto takes_over = wants_takeover(asked.query);
  if (!takes_over) {
    return text_response(request, http::status::bad_request,
                         "takeover may be given once: ?takeover=true");
  }
  ReceiveImages upload{stream, *takes_over};
  if (const auto captured = request.find("X-Captured-Us"); captured != request.end()) {
    upload.captured = captured_of(captured->value());
    if (!upload.captured) {
      return refuse_to_publish(request, http::status::bad_request, ProtocolError::Code::kBadShape,
                               "X-Captured-Us must be Unix time in whole microseconds");
    }
  }
  return upload;
}

/// The methods that a route knows.
enum class Methods { kGet, kGetOrHead, kPutOrPost };

std::string_view names_of(Methods methods) {
  switch (methods) {
    case Methods::kGet:
      return "GET";
    case Methods::kGetOrHead:
      return "GET, HEAD";
    case Methods::kPutOrPost:
      return "PUT, POST";
  }
  return {};
}

bool allows(Methods methods, http::verb method) {
  switch (methods) {
    case Methods::kGet:
      return method == http::verb::get;
    case Methods::kGetOrHead:
      return method == http::verb::get || method == http::verb::head;
    case Methods::kPutOrPost:
      return method == http::verb::put || method == http::verb::post;
  }
  return false;
}

struct Route {
  /// `NAME` stands for one part of the path: a camera's name.
  std::string_view path;
  Methods methods;
  Answer (*handler)(HttpRequest& request, const Asked& asked, const Services& services);
};

constexpr std::array kRoutes{
    Route{"/ws", Methods::kGet, watch},
    Route{"/api/v1/cameras", Methods::kGetOrHead, list_cameras},
    Route{"/stream", Methods::kGet, stream_pictures},
    Route{"/cameras/NAME/stream", Methods::kGet, stream_pictures},
    Route{"/cameras/NAME/frame", Methods::kPutOrPost, receive_images},
};

/// The part of `path` that stands in the place of NAME; empty where there is none. Nothing when the
/// path is not this one.
std::optional<std::string_view> match(std::string_view pattern, std::string_view path) {
  const std::size_t name = pattern.find("NAME");
  if (name == std::string_view::npos) {
    return pattern == path ? std::optional(std::string_view()) : std::nullopt;
  }
  const std::string_view before = pattern.substr(0, name);
  const std::string_view behind = pattern.substr(name + 4);
  if (path.size() <= before.size() + behind.size() || !path.starts_with(before) ||
      !path.ends_with(behind)) {
    return std::nullopt;
  }
  const std::string_view found =
      path.substr(before.size(), path.size() - before.size() - behind.size());
  return found.find('/') == std::string_view::npos ? std::optional(found) : std::nullopt;
}

}  // namespace

Answer route(HttpRequest& request, const Services& services) {
  request.answer = services.browser.answer_headers(request);
  const RequestTarget target = split_target(request.target());
  const Route* found = nullptr;
  Asked asked{target.query, {}};
  for (const Route& route : kRoutes) {
    if (const auto camera = match(route.path, target.path)) {
      found = &route;
      asked.camera = *camera;
    }
  }
  const bool takes_body = found != nullptr && found->methods == Methods::kPutOrPost &&
                          allows(found->methods, request.method());
  auto refusal = check_size(request, services.limits);
  if (!refusal) {
    refusal = check_framing(request, takes_body);
  }
  if (refusal) {
    // Nobody knows where the next request begins: behind this one may be a body, and a web page of
    // another origin chooses what stands in a body.
    request.keep_alive(false);
    return refuse(request, *refusal);
  }
  const bool keeps_alive = request.keep_alive();
  if (takes_body) {
    request.keep_alive(false);  // unless the body is read
  }
  const StaticFile* const file = find_static_file(target.path);
  refusal = services.browser.check(
      request, found == nullptr ? BrowserPolicy::Kind::kPage : BrowserPolicy::Kind::kData);
  if (refusal) {
    log_refused_page(refusal->reason);
    return refuse(request, *refusal);
  }
  if (found == nullptr && file == nullptr) {
    return text_response(request, http::status::not_found, "there is nothing at this address");
  }
  const Methods methods = file != nullptr ? Methods::kGetOrHead : found->methods;
  if (services.browser.is_preflight(request)) {
    return preflight_response(request, names_of(methods));
  }
  if (!allows(methods, request.method())) {
    return method_not_allowed(request, names_of(methods));
  }
  if (file != nullptr) {
    return file_response(request, *file);
  }
  Answer answer = found->handler(request, asked, services);
  if (std::holds_alternative<ReceiveImages>(answer)) {
    request.keep_alive(keeps_alive);
  }
  return answer;
}

}  // namespace freshframe
