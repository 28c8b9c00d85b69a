#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace freshframe {

/// The two halves of a request's target: `/ws?camera=front` is path `/ws` and query `camera=front`.
struct RequestTarget {
  std::string_view path;
  std::string_view query;
};

/// Views into `target`.
RequestTarget split_target(std::string_view target);

/// The value of the first member `name` of a query, percent-decoded ('+' is a space). Empty when
/// there is no such member, and when its value is not validly encoded.
std::optional<std::string> query_value(std::string_view query, std::string_view name);

}  // namespace freshframe
