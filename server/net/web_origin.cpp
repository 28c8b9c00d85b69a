#include "net/web_origin.h"

#include <algorithm>
#include <charconv>

#include <boost/asio/ip/address.hpp>

namespace freshframe {

namespace {

namespace ip = boost::asio::ip;

constexpr std::string_view kBehindScheme = "://";
// RFC 1035, section 2.3.4.
constexpr std::size_t kLongestName = 253;

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char letter) { return lower(letter); });
  return result;
}

std::uint16_t implied_port(std::string_view scheme) {
  return scheme == "https" ? 443 : 80;
}

/// A name or an IPv4 address, or an IPv6 address in brackets.
std::optional<std::string> parse_host(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) {
    boost::system::error_code error;
    const auto address = ip::make_address_v6(std::string(text.substr(1, text.size() - 2)), error);
    if (error || text.find('%') != std::string_view::npos) {  // which network it is on
      return std::nullopt;
    }
    return "[" + address.to_string() + "]";
  }
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
  std::string name = lower(text);
  if (name.empty() || name.size() > kLongestName ||
      name.find_first_not_of(kLetters) != std::string::npos) {
    return std::nullopt;
  }
  return name;
}

std::optional<WebOrigin> parse(std::string_view scheme, std::string_view authority) {
  WebOrigin origin{lower(scheme), {}, 0};
  if (origin.scheme != "http" && origin.scheme != "https") {
    return std::nullopt;
  }
  origin.port = implied_port(origin.scheme);
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    const std::string_view digits = authority.substr(colon + 1);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), origin.port);
    // An empty port is the implied one (RFC 3986, section 6.2.3).
    if (!digits.empty() && (error != std::errc{} || end != digits.data() + digits.size())) {
      return std::nullopt;
    }
  }
  const auto host = parse_host(authority.substr(0, colon));
  if (!host) {
    return std::nullopt;
  }
  origin.host = *host;
  return origin;
}

}  // namespace

std::string WebOrigin::text() const {
  std::string text = scheme + std::string(kBehindScheme) + host;
  if (port != implied_port(scheme)) {
    text += ":" + std::to_string(port);
  }
  return text;
}

std::optional<WebOrigin> parse_origin(std::string_view text) {
  const std::size_t end = text.find(kBehindScheme);
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  return parse(text.substr(0, end), text.substr(end + kBehindScheme.size()));
}

std::optional<WebOrigin> origin_of_address(std::string_view address) {
  const std::size_t scheme_end = address.find(kBehindScheme);
  if (scheme_end == std::string_view::npos) {
    return std::nullopt;
  }
  const std::size_t end = address.find_first_of("/?#", scheme_end + kBehindScheme.size());
  return parse_origin(address.substr(0, end));
}

std::optional<WebOrigin> origin_of_host(std::string_view host, bool is_tls) {
  return parse(is_tls ? "https" : "http", host);
}

std::string host_name_of(std::string_view text) {
  if (text.ends_with('.')) {
    text.remove_suffix(1);
  }
  const auto host = parse_host(text);
  boost::system::error_code error;
  ip::make_address(std::string(text), error);
  const bool is_address = !error || text.starts_with('[');
  return host && !is_address ? *host : std::string();
}

}  // namespace freshframe
