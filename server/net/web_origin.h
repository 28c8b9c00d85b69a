#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace freshframe {

/// Where a web page comes from: scheme, host and port, as browsers compare them (RFC 6454, section
/// 4). The host is in lower case, an IPv6 address in its shortest form and in brackets.
struct WebOrigin {
  std::string scheme;
  std::string host;
  std::uint16_t port = 0;

  bool operator==(const WebOrigin&) const = default;

  /// As browsers write it: without the port that the scheme implies.
  std::string text() const;
};

/// "http://camera.lan:8080"; nothing may stand behind it. Only http and https have pages.
std::optional<WebOrigin> parse_origin(std::string_view text);

/// The same for a page's whole address, of which the rest is not looked at.
std::optional<WebOrigin> origin_of_address(std::string_view address);

/// The origin of a page that this server gave to somebody who called it `host` (Host: name or
/// address, and perhaps a port).
std::optional<WebOrigin> origin_of_host(std::string_view host, bool is_tls);

/// A host's name in lower case and without the root's dot, which is the same name. Empty when the
/// text is none: an address, a port behind it, a wildcard.
std::string host_name_of(std::string_view text);

}  // namespace freshframe
