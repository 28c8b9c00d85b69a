#include "access/session_tickets.h"

#include <charconv>
#include <cstdint>
#include <system_error>

#include "access/token.h"

namespace freshframe {

namespace {

std::int64_t seconds_of(SessionTickets::TimePoint time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && rest == end;
}

}  // namespace

// 128 bits of the kernel's are the key's strength, and SHA-256 gives them its length.
SessionTickets::SessionTickets() : key_(sha256(make_token().text())) {}

std::string SessionTickets::issue(Roles roles, TimePoint now) const {
  std::string ticket =
      std::to_string(roles.bits()) + "." + std::to_string(seconds_of(now + kLifetime));
  return ticket + "." + hex(hmac_sha256(key_, ticket));
}

std::optional<Roles> SessionTickets::read(std::string_view ticket, TimePoint now) const {
  const std::size_t seal = ticket.rfind('.');
  if (seal == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view what = ticket.substr(0, seal);
  // Digests of the two, so that their lengths need not agree.
  const Digest wanted = sha256(hex(hmac_sha256(key_, what)));
  if (!is_same_digest(wanted, sha256(ticket.substr(seal + 1)))) {
    return std::nullopt;
  }
  unsigned bits = 0;
  std::int64_t end = 0;
  const std::size_t dot = what.find('.');
  if (dot == std::string_view::npos || !read_number(what.substr(0, dot), bits) ||
      !read_number(what.substr(dot + 1), end) || end < seconds_of(now)) {
    return std::nullopt;
  }
  return Roles::from_bits(bits);
}

}  // namespace freshframe
