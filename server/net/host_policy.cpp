#include "net/host_policy.h"

#include <algorithm>
#include <array>
#include <string>

#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/string.hpp>

namespace freshframe {

namespace {

namespace ip = boost::asio::ip;

constexpr std::string_view kDigits = "0123456789";

bool is_port(std::string_view text) {
  return text.size() <= 5 && text.find_first_not_of(kDigits) == std::string_view::npos;
}

bool is_name(std::string_view text) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  return !text.empty() && text.find_first_not_of(kAllowed) == std::string_view::npos;
}

bool is_in(std::string_view name, std::string_view domain) {
  return name.size() > domain.size() &&
         boost::beast::iequals(name.substr(name.size() - domain.size()), domain);
}

}  // namespace

bool is_local_host(std::string_view host) {
  boost::system::error_code error;
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    if (end == std::string_view::npos) {
      return false;
    }
    const std::string_view rest = host.substr(end + 1);
    ip::make_address_v6(std::string(host.substr(1, end - 1)), error);
    return !error && (rest.empty() || (rest.front() == ':' && is_port(rest.substr(1))));
  }
  const std::size_t colon = std::min(host.find(':'), host.size());
  if (colon < host.size() && !is_port(host.substr(colon + 1))) {
    return false;
  }
  std::string_view name = host.substr(0, colon);
  ip::make_address_v4(std::string(name), error);
  if (!error) {
    return true;
  }
  if (name.ends_with('.')) {
    name.remove_suffix(1);  // the same name, written out to the root
  }
  constexpr std::array<std::string_view, 4> kDomains = {".local", ".lan", ".home.arpa",
                                                        ".internal"};
  return is_name(name) && (name.find('.') == std::string_view::npos ||
                           std::any_of(kDomains.begin(), kDomains.end(),
                                       [&](auto domain) { return is_in(name, domain); }));
}

}  // namespace freshframe
