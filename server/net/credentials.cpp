#include "net/credentials.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include "message/base64_decode.h"
#include "net/request_target.h"

namespace freshframe {

namespace {

namespace http = boost::beast::http;
using boost::beast::iequals;
using OneToken = std::optional<std::string>;

constexpr std::string_view kBearerSubprotocol = "freshframe.bearer.";

const Refusal kMalformed{
    http::status::bad_request,
    "a token travels as Authorization: Bearer TOKEN, as the password of Authorization: Basic, as "
    "?token=TOKEN, or as the subprotocol freshframe.bearer. with the token in base64url behind it"};

const Refusal kTwoTokens{http::status::bad_request,
                         "the request brings two different tokens; send one"};

std::optional<std::string> decoded(std::string_view base64) {
  std::string bytes(base64_decoded_size_most(base64.size()), '\0');
  const auto size = base64_decode(base64, reinterpret_cast<std::byte*>(bytes.data()));
  if (!size) {
    return std::nullopt;
  }
  bytes.resize(*size);
  return bytes;
}

/// Collects the tokens of one request, which must all be the same.
class Collected {
 public:
  /// False when it is another one than was found before.
  bool add(std::string token) {
    if (token_ && *token_ != token) {
      return false;
    }
    token_ = std::move(token);
    return true;
  }

  OneToken take() { return std::move(token_); }

 private:
  OneToken token_;
};

std::optional<Refusal> read_authorization(std::string_view value, Collected& collected) {
  const std::size_t space = std::min(value.find(' '), value.size());
  const std::string_view scheme = value.substr(0, space);
  const std::size_t begin = std::min(value.find_first_not_of(' ', space), value.size());
  const std::string_view rest = value.substr(begin);
  OneToken token;
  if (iequals(scheme, "Bearer")) {
    token = std::string(rest);
  } else if (iequals(scheme, "Basic")) {
    const auto pair = decoded(rest);
    const std::size_t colon = pair ? pair->find(':') : std::string::npos;
    if (colon == std::string::npos) {
      return kMalformed;
    }
    token = pair->substr(colon + 1);
  } else {
    return std::nullopt;
  }
  return collected.add(*std::move(token)) ? std::nullopt : std::optional(kTwoTokens);
}

std::optional<Refusal> read_subprotocols(std::string_view value, Collected& collected) {
  const http::token_list offers{value};
  for (const auto& offer : offers) {
    const std::string_view name = offer;
    if (!name.starts_with(kBearerSubprotocol)) {
      continue;
    }
    auto token = decoded(name.substr(kBearerSubprotocol.size()));
    if (!token) {
      return kMalformed;
    }
    if (!collected.add(*std::move(token))) {
      return kTwoTokens;
    }
  }
  return std::nullopt;
}

std::optional<Refusal> read_query(std::string_view query, Collected& collected) {
  auto token = query_value(query, "token");
  if (!token) {
    return token.error() == QueryError::kGivenTwice ? kTwoTokens : kMalformed;
  }
  if (!*token) {
    return std::nullopt;
  }
  // In a query a plus sign stands for a space, and no token holds a space: whoever forgot to write
  // %2B is understood.
  std::ranges::replace(**token, ' ', '+');
  return collected.add(**std::move(token)) ? std::nullopt : std::optional(kTwoTokens);
}

/// The value of the cookie `name` in one Cookie header. Source: RFC 6265, section 4.2.1.
std::optional<std::string> cookie_in(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const std::size_t end = std::min(header.find(';'), header.size());
    std::string_view pair = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
      return std::string(pair.substr(name.size() + 1));
    }
  }
  return std::nullopt;
}

/// What proxies add: RFC 9110, section 7.6.3, RFC 7239, and what was usual before that. Somebody
/// who adds one of them himself may do less for it.
bool is_of_a_proxy(std::string_view name) {
  constexpr std::array<std::string_view, 6> kNames{
      "Via", "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view known) { return iequals(name, known); });
}

}  // namespace

boost::system::result<Credentials, Refusal> read_credentials(const HttpRequest& request,
                                                             std::string_view query,
                                                             const Peer& peer) {
  Collected collected;
  const std::string cookie = cookie_name(peer);
  Credentials credentials;
  for (const auto& field : request) {
    std::optional<Refusal> refusal;
    if (field.name() == http::field::authorization) {
      refusal = read_authorization(field.value(), collected);
    } else if (field.name() == http::field::sec_websocket_protocol) {
      refusal = read_subprotocols(field.value(), collected);
    } else if (field.name() == http::field::cookie && !credentials.ticket) {
      credentials.ticket = cookie_in(field.value(), cookie);
    } else if (is_of_a_proxy(field.name_string())) {
      credentials.is_forwarded = true;
    }
    if (refusal) {
      return *refusal;
    }
  }
  if (const auto refusal = read_query(query, collected)) {
    return *refusal;
  }
  credentials.token = collected.take();
  return credentials;
}

std::string cookie_name(const Peer& peer) {
  return std::string(peer.is_tls ? "__Host-" : "") + "freshframe-" + std::to_string(peer.port);
}

std::string set_cookie_value(std::string_view ticket, const Peer& peer) {
  return cookie_name(peer) + "=" + std::string(ticket) + "; Path=/; HttpOnly; SameSite=Strict" +
         (peer.is_tls ? "; Secure" : "");
}

}  // namespace freshframe
