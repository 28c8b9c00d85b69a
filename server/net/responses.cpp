#include "net/responses.h"

#include <initializer_list>
#include <sstream>
#include <utility>

#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "message/reply_messages.h"
#include "net/picture_headers.h"

namespace freshframe {

namespace {

namespace http = boost::beast::http;

constexpr std::string_view kPlainText = "text/plain; charset=utf-8";

template <class Body>
void set_common_headers(const HttpRequest& request, http::response<Body>& response) {
  response.version(request.version());
  response.keep_alive(request.keep_alive());
  response.set(http::field::server, "Freshframe");
  set_answer_headers(request.answer, response);
}

using Headers = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// `extra` headers without a value are left out.
HttpResponse with_body(const HttpRequest& request, http::status status,
                       std::string_view content_type, std::string body, Headers extra = {}) {
  http::response<http::string_body> response(status, request.version());
  set_common_headers(request, response);
  response.set(http::field::content_type, content_type);
  response.set(http::field::cache_control, "no-store");
  for (const auto& [name, value] : extra) {
    if (!value.empty()) {
      response.insert(name, value);
    }
  }
  response.content_length(body.size());
  if (request.method() == http::verb::head) {
    return http::response<http::empty_body>(std::move(response.base()));
  }
  response.body() = std::move(body);
  return response;
}

http::response<http::empty_body> stream_response(const HttpRequest& request) {
  http::response<http::empty_body> response(http::status::ok, request.version());
  set_common_headers(request, response);
  response.keep_alive(false);
  response.set(http::field::content_type, "multipart/x-mixed-replace;boundary=frame");
  response.set(http::field::cache_control, "no-store");
  response.set("X-Accel-Buffering", "no");  // nginx would wait for its buffer to fill
  return response;
}

}  // namespace

HttpResponse text_response(const HttpRequest& request, http::status status, std::string_view text) {
  return with_body(request, status, kPlainText, std::string(text) + "\n");
}

HttpResponse json_response(const HttpRequest& request, std::string body, http::status status) {
  return with_body(request, status, "application/json", std::move(body));
}

HttpResponse error_response(const HttpRequest& request, http::status status,
                            const ProtocolError& error,
                            std::optional<std::chrono::seconds> retry_after) {
  return with_body(request, status, "application/json",
                   std::string(make_error_message(error).view()) + "\n",
                   {{"Retry-After", retry_after ? std::to_string(retry_after->count()) : ""}});
}

HttpResponse empty_response(const HttpRequest& request, http::status status) {
  http::response<http::empty_body> response(status, request.version());
  set_common_headers(request, response);
  response.set(http::field::cache_control, "no-store");
  return response;
}

HttpResponse file_response(const HttpRequest& request, const StaticFile& file) {
  const bool client_has_it = request[http::field::if_none_match] == file.entity_tag;
  http::response<http::span_body<const char>> response(
      client_has_it ? http::status::not_modified : http::status::ok, request.version());
  set_common_headers(request, response);
  response.set(http::field::etag, file.entity_tag);
  // The files change with the program and have no version in their names: ask each time.
  response.set(http::field::cache_control, "no-cache");
  if (client_has_it) {
    return http::response<http::empty_body>(std::move(response.base()));
  }
  response.set(http::field::content_type, file.content_type);
  response.content_length(file.bytes.size());
  if (request.method() == http::verb::head) {
    return http::response<http::empty_body>(std::move(response.base()));
  }
  response.body() = {file.bytes.data(), file.bytes.size()};
  return response;
}

HttpResponse metrics_response(const HttpRequest& request, std::string text) {
  return with_body(request, http::status::ok, "text/plain; version=0.0.4; charset=utf-8",
                   std::move(text));
}

HttpResponse picture_response(const HttpRequest& request, const Picture& picture) {
  return with_body(request, http::status::ok, picture.mime, std::string(picture.image.view()),
                   {{"X-Timestamp", timestamp_header(picture.captured)}});
}

HttpResponse unavailable(const HttpRequest& request, std::string_view text,
                         std::chrono::seconds retry_after) {
  return with_body(request, http::status::service_unavailable, kPlainText, std::string(text) + "\n",
                   {{"Retry-After", std::to_string(retry_after.count())}});
}

std::string stream_head(const HttpRequest& request) {
  std::ostringstream head;
  head << stream_response(request).base();
  return head.str();
}

HttpResponse stream_head_response(const HttpRequest& request) {
  return stream_response(request);
}

HttpResponse method_not_allowed(const HttpRequest& request, std::string_view allowed) {
  return with_body(request, http::status::method_not_allowed, kPlainText,
                   "only " + std::string(allowed) + " is allowed here\n", {{"Allow", allowed}});
}

HttpResponse unauthorized(const HttpRequest& request, std::string_view text, bool asks_for_basic) {
  // Two lines rather than a list of two, which older clients misread (RFC 9110, section 11.6.1).
  return with_body(
      request, http::status::unauthorized, kPlainText, std::string(text) + "\n",
      {{"WWW-Authenticate", asks_for_basic ? R"(Basic realm="Freshframe", charset="UTF-8")" : ""},
       {"WWW-Authenticate", R"(Bearer realm="Freshframe")"}});
}

HttpResponse too_many_requests(const HttpRequest& request, std::string_view text,
                               std::chrono::seconds wait) {
  return with_body(request, http::status::too_many_requests, kPlainText, std::string(text) + "\n",
                   {{"Retry-After", std::to_string(wait.count())}});
}

HttpResponse see_other(const HttpRequest& request, std::string_view location,
                       std::string_view set_cookie) {
  return with_body(request, http::status::see_other, kPlainText, "",
                   {{"Location", location}, {"Set-Cookie", set_cookie}});
}

HttpResponse preflight_response(const HttpRequest& request, std::string_view methods) {
  http::response<http::empty_body> response(http::status::no_content, request.version());
  set_common_headers(request, response);
  response.set(http::field::access_control_allow_methods, methods);
  response.set(http::field::access_control_allow_headers,
               "Authorization, Content-Type, X-Captured-Us");
  response.set(http::field::access_control_max_age, "600");
  response.set(http::field::cache_control, "no-store");
  return response;
}

HttpResponse upgrade_required(const HttpRequest& request, std::string_view text) {
  http::response<http::string_body> response(http::status::upgrade_required, request.version());
  set_common_headers(request, response);
  response.set(http::field::upgrade, "websocket");
  response.set(http::field::connection, request.keep_alive() ? "upgrade" : "upgrade, close");
  response.set(http::field::sec_websocket_version, "13");
  response.set(http::field::content_type, kPlainText);
  response.body() = std::string(text) + "\n";
  response.prepare_payload();
  return response;
}

}  // namespace freshframe
