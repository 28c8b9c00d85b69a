#include "net/responses.h"

#include <sstream>
#include <utility>

#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "message/reply_messages.h"

namespace freshframe {

namespace {

namespace http = boost::beast::http;

template <class Body>
void set_common_headers(const HttpRequest& request, http::response<Body>& response) {
  response.version(request.version());
  response.keep_alive(request.keep_alive());
  response.set(http::field::server, "Freshframe");
  set_answer_headers(request.answer, response);
}

HttpResponse with_body(const HttpRequest& request, http::status status,
                       std::string_view content_type, std::string body,
                       std::pair<http::field, std::string> extra = {}) {
  http::response<http::string_body> response(status, request.version());
  set_common_headers(request, response);
  response.set(http::field::content_type, content_type);
  response.set(http::field::cache_control, "no-store");
  if (!extra.second.empty()) {
    response.set(extra.first, extra.second);
  }
  response.content_length(body.size());
  if (request.method() == http::verb::head) {
    return http::response<http::empty_body>(std::move(response.base()));
  }
  response.body() = std::move(body);
  return response;
}

}  // namespace

HttpResponse text_response(const HttpRequest& request, http::status status, std::string_view text) {
  return with_body(request, status, "text/plain; charset=utf-8", std::string(text) + "\n");
}

HttpResponse json_response(const HttpRequest& request, std::string body, http::status status) {
  return with_body(request, status, "application/json", std::move(body));
}

HttpResponse error_response(const HttpRequest& request, http::status status,
                            const ProtocolError& error) {
  return json_response(request, std::string(make_error_message(error).view()) + "\n", status);
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

std::string stream_head(const HttpRequest& request, std::string_view content_type) {
  http::response<http::empty_body> response(http::status::ok, request.version());
  set_common_headers(request, response);
  response.keep_alive(false);
  response.set(http::field::content_type, content_type);
  response.set(http::field::cache_control, "no-store");
  response.set("X-Accel-Buffering", "no");  // nginx would wait for its buffer to fill
  std::ostringstream head;
  head << response.base();
  return head.str();
}

HttpResponse unavailable(const HttpRequest& request, std::string_view text,
                         std::chrono::seconds retry_after) {
  return with_body(request, http::status::service_unavailable, "text/plain; charset=utf-8",
                   std::string(text) + "\n",
                   {http::field::retry_after, std::to_string(retry_after.count())});
}

HttpResponse method_not_allowed(const HttpRequest& request, std::string_view allowed) {
  return with_body(request, http::status::method_not_allowed, "text/plain; charset=utf-8",
                   "only " + std::string(allowed) + " is allowed here\n",
                   {http::field::allow, std::string(allowed)});
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
  response.set(http::field::content_type, "text/plain; charset=utf-8");
  response.body() = std::string(text) + "\n";
  response.prepare_payload();
  return response;
}

}  // namespace freshframe
