#pragma once

#include <span>
#include <string_view>
#include <variant>

#include <boost/beast/http/verb.hpp>

#include "net/http_types.h"
#include "net/peer.h"
#include "net/routes.h"
#include "net/services.h"

#include "access/access_control.h"
#include "access/roles.h"

namespace freshframe {

/// The methods that a route knows.
enum class Methods { kGet, kGetOrHead, kPutOrPost, kPatch };

/// As the header Allow lists them.
std::string_view names_of(Methods methods);
bool allows(Methods methods, boost::beast::http::verb method);

/// What a client without a token is asked for, beside Bearer.
///
/// Basic is what programs of old answer (VLC, a DVR, Home Assistant). But a browser that is asked
/// for it puts up its dialogue, for a page's fetches too, and then adds the password by itself to
/// requests that pages of other sites make, for which a cookie has SameSite and a password has
/// nothing. So only the addresses ask for it that no page of ours fetches.
enum class Challenge { kBearer, kBearerOrBasic };

/// What a handler is told beside the request.
struct Asked {
  std::string_view path;
  std::string_view query;
  /// The camera's name in the path.
  std::string_view camera;
  const Peer& peer;
  /// What the peer may do.
  Roles roles;
  AccessControl::TimePoint now;
};

using Handler = Answer (*)(HttpRequest& request, const Asked& asked, const Services& services);

/// One kind of request; an address may have several, of different methods. None can be written down
/// without saying who may make it.
struct Route {
  constexpr Route(Methods the_methods, std::string_view the_path, Roles the_roles,
                  Challenge the_challenge, Handler the_handler, std::string_view the_need = {})
      : methods(the_methods),
        path(the_path),
        roles(the_roles),
        challenge(the_challenge),
        handler(the_handler),
        needs(the_need) {}

  Methods methods;
  /// `NAME` stands for one part of the path: a camera's name. kEveryFile for all files' paths.
  std::string_view path;
  /// Any of them will do; see kEverybody.
  Roles roles;
  Challenge challenge;
  Handler handler;
  /// The member of the query without which it is another address; empty: any query is taken.
  std::string_view needs;
};

/// In the place of a route's roles: no token is looked at. For what tells nothing.
inline constexpr Roles kEverybody = Roles::none();

/// The path of the row that stands for all files of the page and of the protocol.
inline constexpr std::string_view kEveryFile = "FILE";

/// All there are. Thread-safe.
std::span<const Route> route_table();

}  // namespace freshframe
