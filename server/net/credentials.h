#pragma once

#include <string>
#include <string_view>

#include <boost/system/result.hpp>

#include "net/http_types.h"
#include "net/peer.h"
#include "net/request_checks.h"

#include "access/access_control.h"

namespace freshframe {

/// What a request brought to show who it is, however it travels: `Authorization: Bearer` (RFC 6750)
/// or `Basic` with the token as password (RFC 7617), the subprotocol
/// `freshframe.bearer.<base64url token>`, `?token=`, and a ticket in the cookie. Other schemes of
/// Authorization are not ours and not looked at. And whether it says that a proxy has passed it on.
///
/// Fails for two tokens that are not the same, for one would then be spent unseen, and for one that
/// is not written as it should be.
boost::system::result<Credentials, Refusal> read_credentials(const HttpRequest& request,
                                                             std::string_view query,
                                                             const Peer& peer);

/// The cookie that holds the ticket. Cookies know no ports, so that the name must: else two servers
/// on one machine would log each other's pages out. Over TLS no other host and no page without TLS
/// can set it (`__Host-`). Source: RFC 6265bis, section 4.1.3.2.
std::string cookie_name(const Peer& peer);

/// The value of Set-Cookie for `ticket`: until the browser is closed, and for this site's own
/// requests only.
std::string set_cookie_value(std::string_view ticket, const Peer& peer);

}  // namespace freshframe
