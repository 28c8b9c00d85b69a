#include "net/access_check.h"

#include <boost/beast/http/status.hpp>

#include "net/credentials.h"
#include "net/responses.h"

namespace freshframe {

namespace {

namespace http = boost::beast::http;

constexpr std::string_view kTokenWanted =
    "a token is needed here: open the page as http://ADDRESS/?token=TOKEN; a program sends it as "
    "Authorization: Bearer TOKEN. The server prints the page's address with its token when it is "
    "started in a terminal, and when it is called with --print-url";

/// The role that a refusal speaks of, where several would do.
Role first_of(Roles roles) {
  for (const Role role : {Role::kView, Role::kPublish}) {
    if (roles.has_any_of(role)) {
      return role;
    }
  }
  return Role::kAdmin;
}

}  // namespace

std::variant<Roles, HttpResponse> check_access(const Route& route, const HttpRequest& request,
                                               std::string_view query, const Services& services,
                                               const Peer& peer, AccessControl::TimePoint now) {
  using Verdict = Judgement::Verdict;
  if (route.roles == kEverybody) {
    return Roles::none();
  }
  const auto credentials = read_credentials(request, query, peer);
  if (!credentials) {
    return text_response(request, credentials.error().status, credentials.error().reason);
  }
  const Judgement judgement = services.access.judge(*credentials, route.roles, peer.address, now);
  switch (judgement.verdict) {
    case Verdict::kAdmitted:
      return judgement.roles;
    case Verdict::kNoToken:
      return unauthorized(request, kTokenWanted, route.challenge == Challenge::kBearerOrBasic);
    case Verdict::kTooManyWrong:
      return too_many_requests(
          request, "too many wrong tokens came from this address; it is not heard for a while",
          judgement.retry_after);
    case Verdict::kNotAllowed:
    case Verdict::kNobodyMay:
      break;
  }
  std::string reason = services.access.why_not(first_of(route.roles));
  if (credentials->is_forwarded && services.access.is_open_to_all()) {
    reason += ". Without tokens, who comes through a proxy may only watch";
  }
  return text_response(request, http::status::forbidden, reason);
}

}  // namespace freshframe
