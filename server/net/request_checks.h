#pragma once

#include <optional>
#include <string>

#include <boost/beast/http/status.hpp>

#include "net/http_types.h"
#include "net/limits.h"

namespace freshframe {

/// Why a request is refused.
struct Refusal {
  boost::beast::http::status status = boost::beast::http::status::bad_request;
  std::string reason;
};

/// Refuses a target that is longer, or headers that are more, than `limits` allow. Those lie in the
/// memory that the header as a whole may take; what is bounded here is the work on them.
/// Source: RFC 9110, section 15.5.15, and RFC 6585, section 5.
std::optional<Refusal> check_size(const HttpRequest& request, const Limits& limits);

/// Refuses what Beast's parser lets through and a server must not answer: two Hosts, none in
/// HTTP/1.1, a body where none is taken, one whose end two readers may see in two places. Empty
/// when the request is sound. Source: RFC 9112, sections 3.2 and 6.
std::optional<Refusal> check_framing(const HttpRequest& request, bool takes_body = false);

/// Checks a WebSocket handshake beyond what Beast does: Beast's is_upgrade looks at the first
/// Connection and Upgrade line only and takes an empty key. Empty when it is sound, then with these
/// lines joined in `request` so that Beast sees all of them. Source: RFC 6455, section 4.2.1.
std::optional<Refusal> check_websocket_handshake(HttpRequest& request);

/// Refuses a Sec-WebSocket-Extensions that is malformed or longer than is taken here.
/// Source: RFC 6455, section 9.1.
std::optional<Refusal> check_extensions(const HttpRequest& request);

}  // namespace freshframe
