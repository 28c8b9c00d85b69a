#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "message/client_message.h"
#include "message/picture.h"
#include "net/http_types.h"
#include "net/static_files.h"

namespace freshframe {

/// Every answer carries the headers that keep a browser to what the page needs
/// (net/answer_headers.h). A HEAD request gets the head only.

/// `text` becomes the body, with a line feed behind it.
HttpResponse text_response(const HttpRequest& request, boost::beast::http::status status,
                           std::string_view text);

HttpResponse json_response(const HttpRequest& request, std::string body,
                           boost::beast::http::status status = boost::beast::http::status::ok);

/// `error` as its message, on one line; and when to try again, where that would help.
HttpResponse error_response(const HttpRequest& request, boost::beast::http::status status,
                            const ProtocolError& error,
                            std::optional<std::chrono::seconds> retry_after = {});

/// For a status that has no body.
HttpResponse empty_response(const HttpRequest& request, boost::beast::http::status status);

/// 304 without a body when the client holds the file already (If-None-Match).
HttpResponse file_response(const HttpRequest& request, const StaticFile& file);

/// Metrics in Prometheus' text format.
HttpResponse metrics_response(const HttpRequest& request, std::string text);

/// One picture, which is copied.
HttpResponse picture_response(const HttpRequest& request, const Picture& picture);

/// The head of an MJPEG stream, an answer without an end, which lasts until the connection does:
/// 200, and nothing for caches or proxies to hold back.
std::string stream_head(const HttpRequest& request);

/// The same to somebody who asks for the head only.
HttpResponse stream_head_response(const HttpRequest& request);

/// 401. Asks for Bearer (RFC 6750), and with `asks_for_basic` for Basic (RFC 7617) as well.
HttpResponse unauthorized(const HttpRequest& request, std::string_view text, bool asks_for_basic);

/// 429: try again after `wait`.
HttpResponse too_many_requests(const HttpRequest& request, std::string_view text,
                               std::chrono::seconds wait);

/// 303 to `location`, with a cookie unless `set_cookie` is empty.
HttpResponse see_other(const HttpRequest& request, std::string_view location,
                       std::string_view set_cookie);

/// 503: there is no room; when to try again.
HttpResponse unavailable(const HttpRequest& request, std::string_view text,
                         std::chrono::seconds retry_after = std::chrono::seconds(1));

/// 405 with what is allowed.
HttpResponse method_not_allowed(const HttpRequest& request, std::string_view allowed);

/// 204: what a page of the origin that the request names may send.
HttpResponse preflight_response(const HttpRequest& request, std::string_view methods);

/// 426: the client came to the WebSocket's address without a WebSocket handshake that we know.
HttpResponse upgrade_required(const HttpRequest& request, std::string_view text);

}  // namespace freshframe
