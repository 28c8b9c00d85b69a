#include "net/client_address.h"

#include <algorithm>
#include <charconv>
#include <string>

#include <boost/beast/http/field.hpp>

namespace freshframe {

namespace {

namespace ip = boost::asio::ip;

constexpr int kAllBits = 128;
constexpr std::string_view kForwardedFor = "X-Forwarded-For";

std::optional<ip::address> parsed(std::string_view text) {
  boost::system::error_code error;
  const ip::address address = ip::make_address(std::string(text), error);
  return error ? std::nullopt : std::optional(address);
}

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size();
}

/// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:80".
std::optional<ip::address> parsed_with_port(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) {
      return std::nullopt;
    }
    const std::string_view behind = text.substr(end + 1);
    if (!behind.empty() && !(behind.front() == ':' && is_port(behind.substr(1)))) {
      return std::nullopt;
    }
    const auto address = parsed(text.substr(1, end - 1));
    return address && address->is_v6() ? address : std::nullopt;
  }
  const std::size_t colon = text.find(':');
  const bool has_port = colon != std::string_view::npos && colon == text.rfind(':');
  if (has_port && !is_port(text.substr(colon + 1))) {
    return std::nullopt;
  }
  return parsed(has_port ? text.substr(0, colon) : text);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t";
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

}  // namespace

bool is_loopback(const ip::address& address) {
  const AddressBytes bytes = bytes_of(address);
  return is_mapped(bytes) ? bytes[12] == 127 : address.is_loopback();
}

bool TrustedProxies::add(std::string_view network) {
  const std::size_t slash = std::min(network.find('/'), network.size());
  const auto address = parsed(network.substr(0, slash));
  if (!address || network.find('%') != std::string_view::npos) {  // which network it is on
    return false;
  }
  int bits = address->is_v6() ? kAllBits : kAllBits - kMappedBits;
  if (slash < network.size()) {
    const std::string_view digits = network.substr(slash + 1);
    int given = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), given);
    if (error != std::errc{} || end != digits.data() + digits.size() || given < 0 || given > bits) {
      return false;
    }
    bits = given;
  }
  bits += address->is_v6() ? 0 : kMappedBits;
  networks_.push_back({prefix_of(bytes_of(*address), bits), bits});
  return true;
}

bool TrustedProxies::contain(const ip::address& address) const {
  const AddressBytes bytes = bytes_of(address);
  return is_loopback(address) ||
         std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
           return prefix_of(bytes, network.bits) == network.address;
         });
}

boost::system::result<ip::address, ForwardedError> client_address(const ip::address& peer,
                                                                  const HttpRequest& request,
                                                                  const TrustedProxies& proxies) {
  if (!proxies.contain(peer)) {
    return peer;
  }
  // Several lines are one list (RFC 9110, section 5.2), and each proxy writes behind the others.
  std::string list;
  const auto [begin, end] = request.equal_range(kForwardedFor);
  for (auto line = begin; line != end; ++line) {
    list += (list.empty() ? "" : ",") + std::string(line->value());
  }
  std::string_view left = list;
  while (!left.empty()) {
    const std::size_t comma = left.rfind(',');
    const std::size_t last = comma == std::string_view::npos ? 0 : comma + 1;
    const auto address = parsed_with_port(trimmed(left.substr(last)));
    if (!address) {
      return ForwardedError::kMalformed;
    }
    if (!proxies.contain(*address)) {
      return *address;
    }
    left = left.substr(0, last == 0 ? 0 : comma);
  }
  return peer;
}

}  // namespace freshframe
