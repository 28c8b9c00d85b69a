#include "net/routes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/beast/http/status.hpp>
#include <spdlog/spdlog.h>

#include "base/log_interval.h"
#include "net/access_check.h"
#include "net/camera_list.h"
#include "net/controls_json.h"
#include "net/credentials.h"
#include "net/health.h"
#include "net/metrics.h"
#include "net/request_checks.h"
#include "net/request_target.h"
#include "net/responses.h"
#include "net/route_table.h"
#include "net/static_files.h"
#include "net/ustreamer_state.h"
#include "publish/multipart_parser.h"

namespace freshframe {

namespace {

namespace http = boost::beast::http;

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
      return "camera, subscribe and last_picture may each be given once; for more cameras send "
             "subscribe "
             "messages";
  }
  return {};
}

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
  const auto last = query_value(query, "last_picture");
  for (const auto* value : {&subscribe, &name, &last}) {
    if (!*value) {
      return text_response(request, http::status::bad_request, complaint(value->error()));
    }
  }
  if (*subscribe) {
    if (**subscribe != "none") {
      return text_response(request, http::status::bad_request,
                           "subscribe takes only none; name a camera with camera=NAME");
    }
    return BecomeViewer{nullptr, asked.roles, LastPicture::kNotWanted};
  }
  if (!asked.roles.has_any_of(Role::kView)) {
    return text_response(request, http::status::forbidden,
                         services.access.why_not(Role::kView) +
                             "; who only publishes connects to /ws?subscribe=none");
  }
  Channel* const channel = *name ? hub.find(**name) : &hub.channels().front();
  if (channel == nullptr) {
    return text_response(request, http::status::not_found, unknown_camera(**name, hub));
  }
  if (*last && **last != "true" && **last != "false") {
    return text_response(request, http::status::bad_request,
                         "last_picture takes true or false; true is for those who know stale_us");
  }
  return BecomeViewer{channel, asked.roles,
                      *last && **last == "true" ? LastPicture::kWanted : LastPicture::kNotWanted};
}

Answer list_cameras(HttpRequest& request, const Asked& /*asked*/, const Services& services) {
  return json_response(request, camera_list_json(services.hub));
}

/// Without a name in the path it is the first camera.
Channel* find_camera(std::string_view name, Hub& hub) {
  return name.empty() ? &hub.channels().front() : hub.find(name);
}

HttpResponse no_such_camera(const HttpRequest& request, const Asked& asked, const Hub& hub) {
  return text_response(request, http::status::not_found,
                       unknown_camera(std::string(asked.camera), hub));
}

Answer stream_pictures(HttpRequest& request, const Asked& asked, const Services& services) {
  Channel* const channel = find_camera(asked.camera, services.hub);
  if (channel == nullptr) {
    return no_such_camera(request, asked, services.hub);
  }
  if (request.method() == http::verb::head) {
    return stream_head_response(request);
  }
  return BecomeStream{channel};
}

std::optional<std::int32_t> whole_number(std::string_view text) {
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc{} && end == text.data() + text.size() && number >= 0;
  return is_whole ? std::optional(number) : std::nullopt;
}

Answer take_snapshot(HttpRequest& request, const Asked& asked, const Services& services) {
  Channel* const channel = find_camera(asked.camera, services.hub);
  if (channel == nullptr) {
    return no_such_camera(request, asked, services.hub);
  }
  TakeSnapshot snapshot{channel};
  const auto max_age = query_value(asked.query, "max_age_ms");
  const auto milliseconds = max_age && *max_age ? whole_number(**max_age) : std::nullopt;
  if (!max_age || (*max_age && !milliseconds)) {
    return text_response(request, http::status::bad_request,
                         "max_age_ms must be a whole number of milliseconds, given once");
  }
  if (milliseconds) {
    snapshot.max_age = std::chrono::milliseconds(*milliseconds);
  }
  return snapshot;
}

Answer tell_state(HttpRequest& request, const Asked& asked, const Services& services) {
  const Channel* const channel = find_camera(asked.camera, services.hub);
  if (channel == nullptr) {
    return no_such_camera(request, asked, services.hub);
  }
  return json_response(request, ustreamer_state_json(*channel, asked.now));
}

/// The address of mjpg-streamer's pages: `/?action=stream`. OctoPrint puts a number behind it.
Answer take_action(HttpRequest& request, const Asked& asked, const Services& services) {
  const auto action = query_value(asked.query, "action");
  if (action && *action == "stream") {
    return stream_pictures(request, asked, services);
  }
  if (action && *action == "snapshot") {
    return take_snapshot(request, asked, services);
  }
  return text_response(request, http::status::bad_request,
                       "action may be stream or snapshot; see also /stream and /snapshot");
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

Answer show_controls(HttpRequest& request, const Asked& asked, const Services& services) {
  const Channel* const channel = services.hub.find(asked.camera);
  if (channel == nullptr) {
    return no_such_camera(request, asked, services.hub);
  }
  return json_response(request, controls_json(*channel));
}

Answer change_controls(HttpRequest& request, const Asked& asked, const Services& services) {
  Channel* const channel = services.hub.find(asked.camera);
  if (channel == nullptr) {
    return no_such_camera(request, asked, services.hub);
  }
  return ChangeControls{channel};
}

Answer report_metrics(HttpRequest& request, const Asked& /*asked*/, const Services& services) {
  return metrics_response(request, metrics_text(services));
}

Answer report_health(HttpRequest& request, const Asked& /*asked*/, const Services& /*services*/) {
  return text_response(request, http::status::ok, "ok");
}

Answer report_readiness(HttpRequest& request, const Asked& /*asked*/, const Services& services) {
  const std::string reasons = why_not_ready(services.hub, services.limits.ready_picture_age,
                                            std::chrono::steady_clock::now());
  return reasons.empty()
             ? text_response(request, http::status::ok, "ready")
             : unavailable(request, std::string_view(reasons).substr(0, reasons.size() - 1));
}

/// `query` without its members `token`.
std::string without_token(std::string_view query) {
  std::string left;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view member = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (member.substr(0, member.find('=')) != "token") {
      left.append(left.empty() ? "?" : "&").append(member);
    }
  }
  return left;
}

/// A page that is opened with a token is opened again without: the token must not stay where people
/// look, copy from and take pictures of. The browser has a cookie in its place.
Answer open_page_without_token(const HttpRequest& request, const Asked& asked,
                               const Services& services) {
  // Relative, for a proxy may have put a folder before the path. "./" where the path ends in a
  // slash.
  const std::string name(asked.path.substr(asked.path.rfind('/') + 1));
  const std::string location = (name.empty() ? "./" : name) + without_token(asked.query);
  const std::string cookie =
      services.access.is_open_to_all()
          ? std::string()
          : set_cookie_value(services.access.issue_ticket(asked.roles, asked.now), asked.peer);
  return see_other(request, location, cookie);
}

Answer send_file(HttpRequest& request, const Asked& asked, const Services& services) {
  const StaticFile& file = *find_static_file(asked.path);
  if (has_member(asked.query, "token") && file.content_type.starts_with("text/html")) {
    return open_page_without_token(request, asked, services);
  }
  return file_response(request, file);
}

constexpr Roles kView = Role::kView;
constexpr Roles kPublish = Role::kPublish;

constexpr std::array kRoutes{
    Route{Methods::kGetOrHead, kEveryFile, kView, Challenge::kBearer, send_file},
    // Who publishes only is let in too; what is said there is judged message by message.
    Route{Methods::kGet, "/ws", kView | kPublish, Challenge::kBearer, watch},
    Route{Methods::kGetOrHead, "/api/v1/cameras", kView, Challenge::kBearer, list_cameras},
    Route{Methods::kGetOrHead, "/api/v1/cameras/NAME/controls", kView, Challenge::kBearer,
          show_controls},
    Route{Methods::kPatch, "/api/v1/cameras/NAME/controls", Role::kAdmin, Challenge::kBearer,
          change_controls},
    Route{Methods::kGetOrHead, "/healthz", kEverybody, Challenge::kBearer, report_health},
    Route{Methods::kGetOrHead, "/readyz", kView, Challenge::kBearerOrBasic, report_readiness},
    Route{Methods::kGetOrHead, "/metrics", kView, Challenge::kBearerOrBasic, report_metrics},
    Route{Methods::kGetOrHead, "/", kView, Challenge::kBearerOrBasic, take_action, "action"},
    Route{Methods::kGetOrHead, "/cameras/NAME/", kView, Challenge::kBearerOrBasic, take_action,
          "action"},
    Route{Methods::kGetOrHead, "/stream", kView, Challenge::kBearerOrBasic, stream_pictures},
    Route{Methods::kGetOrHead, "/cameras/NAME/stream", kView, Challenge::kBearerOrBasic,
          stream_pictures},
    Route{Methods::kGetOrHead, "/snapshot", kView, Challenge::kBearerOrBasic, take_snapshot},
    Route{Methods::kGetOrHead, "/snapshot.jpg", kView, Challenge::kBearerOrBasic, take_snapshot},
    Route{Methods::kGetOrHead, "/cameras/NAME/snapshot", kView, Challenge::kBearerOrBasic,
          take_snapshot},
    Route{Methods::kGetOrHead, "/cameras/NAME/snapshot.jpg", kView, Challenge::kBearerOrBasic,
          take_snapshot},
    Route{Methods::kGetOrHead, "/state", kView, Challenge::kBearerOrBasic, tell_state},
    Route{Methods::kGetOrHead, "/cameras/NAME/state", kView, Challenge::kBearerOrBasic, tell_state},
    Route{Methods::kPutOrPost, "/cameras/NAME/frame", kPublish, Challenge::kBearerOrBasic,
          receive_images},
};

/// The part of `path` that stands in the place of NAME; empty where there is none. Nothing when the
/// path is not this one.
std::optional<std::string_view> match(std::string_view pattern, std::string_view path) {
  if (pattern == kEveryFile) {
    return find_static_file(path) != nullptr ? std::optional(std::string_view()) : std::nullopt;
  }
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

/// All methods of the address that `found` is one row of, as the header Allow lists them.
std::string methods_at(const Route& found) {
  std::string names;
  for (const Route& route : kRoutes) {
    if (route.path == found.path && route.needs == found.needs) {
      names.append(names.empty() ? "" : ", ").append(names_of(route.methods));
    }
  }
  return names;
}

bool has_body(Methods methods) {
  return methods == Methods::kPutOrPost || methods == Methods::kPatch;
}

}  // namespace

std::string_view names_of(Methods methods) {
  switch (methods) {
    case Methods::kGet:
      return "GET";
    case Methods::kGetOrHead:
      return "GET, HEAD";
    case Methods::kPutOrPost:
      return "PUT, POST";
    case Methods::kPatch:
      return "PATCH";
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
    case Methods::kPatch:
      return method == http::verb::patch;
  }
  return false;
}

std::span<const Route> route_table() {
  return kRoutes;
}

Answer route(HttpRequest& request, const Services& services, const Peer& peer,
             AccessControl::TimePoint now) {
  request.answer = services.browser.answer_headers(request);
  request.target(origin_form(request.target(), request[http::field::host]));
  const RequestTarget target = split_target(request.target());
  const Route* found = nullptr;
  std::string_view camera;
  for (const Route& route : kRoutes) {
    const auto name = match(route.path, target.path);
    const bool is_other_method_of_found =
        found != nullptr && found->path == route.path && !allows(route.methods, request.method());
    if (name && !is_other_method_of_found &&
        (route.needs.empty() || has_member(target.query, route.needs))) {
      found = &route;
      camera = *name;
    }
  }
  const bool takes_body =
      found != nullptr && has_body(found->methods) && allows(found->methods, request.method());
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
  // Before anybody is asked for a token: a foreign page must not find out who is let in.
  const bool is_page = found == nullptr || found->path == kEveryFile;
  refusal = services.browser.check(
      request, is_page ? BrowserPolicy::Kind::kPage : BrowserPolicy::Kind::kData);
  if (refusal) {
    log_refused_page(refusal->reason);
    return refuse(request, *refusal);
  }
  if (found == nullptr) {
    return text_response(request, http::status::not_found, "there is nothing at this address");
  }
  if (services.browser.is_preflight(request)) {
    return preflight_response(request, methods_at(*found));
  }
  if (!allows(found->methods, request.method())) {
    return method_not_allowed(request, methods_at(*found));
  }
  auto access = check_access(*found, request, target.query, services, peer, now);
  if (auto* const no_access = std::get_if<HttpResponse>(&access)) {
    return std::move(*no_access);
  }
  const Asked asked{target.path, target.query, camera, peer, std::get<Roles>(access), now};
  Answer answer = found->handler(request, asked, services);
  if (reads_body(answer)) {
    request.keep_alive(keeps_alive);
  }
  return answer;
}

}  // namespace freshframe
