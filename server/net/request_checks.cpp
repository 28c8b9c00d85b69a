#include "net/request_checks.h"

#include <cstddef>
#include <iterator>
#include <string>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include "net/permessage_deflate.h"

namespace freshframe {

namespace {

namespace http = boost::beast::http;
using boost::beast::iequals;

std::string joined_values(const HttpRequest& request, http::field field) {
  std::string joined;
  const auto [begin, end] = request.equal_range(field);
  for (auto line = begin; line != end; ++line) {
    if (!joined.empty()) {
      joined += ", ";
    }
    joined += line->value();
  }
  return joined;
}

/// 16 bytes as Base64 are 22 letters, of which the last carries four zero bits, and "==".
bool is_websocket_key(std::string_view key) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return key.size() == 24 && key.ends_with("==") &&
         key.find_first_not_of(kLetters) == key.size() - 2;
}

/// Whether all readers agree on where the body ends. Source: RFC 9112, section 6.3.
std::optional<Refusal> check_body(const HttpRequest& request, bool is_encoded,
                                  const std::string& length) {
  if (is_encoded) {
    const bool is_plainly_chunked =
        request.version() >= 11 && length.empty() &&
        iequals(joined_values(request, http::field::transfer_encoding), "chunked");
    if (!is_plainly_chunked) {
      return Refusal{http::status::bad_request,
                     "a body has either a Content-Length or Transfer-Encoding: chunked"};
    }
    return std::nullopt;
  }
  if (length.empty()) {
    return Refusal{http::status::length_required,
                   "a body needs a Content-Length or Transfer-Encoding: chunked"};
  }
  if (length.find_first_not_of("0123456789") != std::string::npos) {
    return Refusal{http::status::bad_request, "Content-Length must be one number"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> check_size(const HttpRequest& request, const Limits& limits) {
  if (request.target().size() > limits.target_bytes) {
    return Refusal{http::status::uri_too_long, "the address is longer than is taken here"};
  }
  if (static_cast<std::size_t>(std::distance(request.begin(), request.end())) > limits.headers) {
    return Refusal{http::status::request_header_fields_too_large,
                   "the request has more headers than are taken here"};
  }
  return std::nullopt;
}

std::optional<Refusal> check_framing(const HttpRequest& request, bool takes_body) {
  if (!request.target().starts_with('/')) {
    return Refusal{http::status::bad_request, "the request's target must be a path"};
  }
  const std::size_t hosts = request.count(http::field::host);
  if (hosts > 1 || (hosts == 0 && request.version() >= 11)) {
    return Refusal{http::status::bad_request, "exactly one Host header is required"};
  }
  const bool is_encoded = request.count(http::field::transfer_encoding) > 0;
  const std::string length = joined_values(request, http::field::content_length);
  if (takes_body) {
    return check_body(request, is_encoded, length);
  }
  if (is_encoded) {
    return Refusal{http::status::bad_request, "a body is not taken here"};
  }
  if (!length.empty() && length != "0") {
    return Refusal{http::status::payload_too_large, "a body is not taken here"};
  }
  return std::nullopt;
}

std::optional<Refusal> check_websocket_handshake(HttpRequest& request) {
  const std::string connection = joined_values(request, http::field::connection);
  const std::string upgrade = joined_values(request, http::field::upgrade);
  if (request.version() < 11 || !http::token_list{connection}.exists("upgrade") ||
      !http::token_list{upgrade}.exists("websocket")) {
    return Refusal{http::status::upgrade_required, "this is a WebSocket's address"};
  }
  if (joined_values(request, http::field::sec_websocket_version) != "13") {
    return Refusal{http::status::upgrade_required, "only WebSocket version 13 is known here"};
  }
  if (request.count(http::field::sec_websocket_key) != 1 ||
      !is_websocket_key(request[http::field::sec_websocket_key])) {
    return Refusal{http::status::bad_request, "Sec-WebSocket-Key must be 16 bytes in Base64"};
  }
  request.set(http::field::connection, connection);
  request.set(http::field::upgrade, upgrade);
  return std::nullopt;
}

std::optional<Refusal> check_extensions(const HttpRequest& request) {
  const auto agreement = agree_on_deflate(request);
  if (agreement) {
    return std::nullopt;
  }
  switch (agreement.error()) {
    case ExtensionsError::kMalformed:
      return Refusal{http::status::bad_request,
                     "Sec-WebSocket-Extensions is not a list of extensions"};
    case ExtensionsError::kTooLong:
      return Refusal{http::status::request_header_fields_too_large,
                     "Sec-WebSocket-Extensions is longer than is taken here"};
  }
  return std::nullopt;
}

}  // namespace freshframe
