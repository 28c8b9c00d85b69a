#pragma once

#include <string_view>
#include <variant>

#include "net/http_types.h"
#include "net/route_table.h"

namespace freshframe {

/// What the sender of a request may do, if that is enough for the route; else the answer: 401 with
/// what it could show, 403 when what it showed is for something else, 429 to whom has tried too
/// many tokens, 400 when it cannot be told which one is meant. No answer holds a token.
///
/// Host and Origin are to be checked before, so that a foreign page cannot tell who is let in.
std::variant<Roles, HttpResponse> check_access(const Route& route, const HttpRequest& request,
                                               std::string_view query, const Services& services,
                                               const Peer& peer, AccessControl::TimePoint now);

}  // namespace freshframe
