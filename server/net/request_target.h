#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

namespace freshframe {

/// The two halves of a request's target: `/ws?camera=front` is path `/ws` and query `camera=front`.
struct RequestTarget {
  std::string_view path;
  std::string_view query;
};

/// The path and query of a target that is a whole address of the server that `host` (the request's
/// Host) names: `http://HOST/ws` is `/ws`. Any other target as it is. Who asks a proxy says where
/// to in this form, and a server must take it too. Source: RFC 9112, section 3.2.2.
std::string origin_form(std::string_view target, std::string_view host);

/// Views into `target`.
RequestTarget split_target(std::string_view target);

/// Why a query does not tell the value of a member.
enum class QueryError { kBrokenEncoding, kGivenTwice };

/// The value of the member `name` of a query, percent-decoded ('+' is a space). Empty when there is
/// no such member. Others are not looked at.
boost::system::result<std::optional<std::string>, QueryError> query_value(std::string_view query,
                                                                          std::string_view name);

/// Whether a query has a member of this name, with or without a value.
bool has_member(std::string_view query, std::string_view name);

}  // namespace freshframe
