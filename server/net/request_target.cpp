#include "net/request_target.h"

#include <algorithm>
#include <charconv>
#include <cstddef>

#include <boost/beast/core/string.hpp>

namespace freshframe {

namespace {

using boost::beast::iequals;

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    if (text.front() != '%') {
      decoded += text.front() == '+' ? ' ' : text.front();
      text.remove_prefix(1);
      continue;
    }
    unsigned char code = 0;
    const std::string_view digits = text.substr(1, 2);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (error != std::errc{} || digits.size() != 2 || end != digits.data() + 2) {
      return std::nullopt;
    }
    decoded += static_cast<char>(code);
    text.remove_prefix(3);
  }
  return decoded;
}

}  // namespace

std::string origin_form(std::string_view target, std::string_view host) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!iequals(target.substr(0, scheme.size()), scheme)) {
      continue;
    }
    const std::string_view rest = target.substr(scheme.size());
    const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
    // The Host must say the same (section 3.2). A target for another server is refused as it is.
    if (iequals(rest.substr(0, end), host)) {
      const std::string_view path = rest.substr(end);
      return (path.starts_with('/') ? "" : "/") + std::string(path);
    }
  }
  return std::string(target);
}

RequestTarget split_target(std::string_view target) {
  const std::size_t mark = target.find('?');
  if (mark == std::string_view::npos) {
    return {target, {}};
  }
  return {target.substr(0, mark), target.substr(mark + 1)};
}

boost::system::result<std::optional<std::string>, QueryError> query_value(std::string_view query,
                                                                          std::string_view name) {
  std::optional<std::string> value;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view member = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));

    const std::size_t equals = std::min(member.find('='), member.size());
    if (member.substr(0, equals) != name) {
      continue;
    }
    if (value) {
      return QueryError::kGivenTwice;
    }
    value = percent_decoded(member.substr(std::min(equals + 1, member.size())));
    if (!value) {
      return QueryError::kBrokenEncoding;
    }
  }
  return value;
}

bool has_member(std::string_view query, std::string_view name) {
  const auto value = query_value(query, name);
  return !value || value->has_value();
}

}  // namespace freshframe
