#include "app/page_url.h"

#include <algorithm>

#include <boost/asio/ip/host_name.hpp>

#include "net/host_policy.h"

namespace freshframe {

std::string page_url(const boost::asio::ip::address& address, std::uint16_t port, bool is_tls) {
  std::string host = address.to_string();
  if (address.is_unspecified()) {
    boost::system::error_code error;
    host = boost::asio::ip::host_name(error);
    if (!is_local_host(host)) {
      host.erase(std::min(host.find('.'), host.size()));
    }
  } else if (address.is_v6()) {
    host = "[" + host + "]";
  }
  return (is_tls ? "https://" : "http://") + host + ":" + std::to_string(port) + "/";
}

std::string with_token(const std::string& url, std::string_view token) {
  // RFC 3986, section 2.3: what means itself everywhere.
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string whole = url + "?token=";
  for (const char letter : token) {
    if (kUnreserved.find(letter) != std::string_view::npos) {
      whole += letter;
    } else {
      const auto byte = static_cast<unsigned char>(letter);
      whole += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return whole;
}

}  // namespace freshframe
