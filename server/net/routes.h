#pragma once

#include <variant>

#include "hub/hub.h"
#include "net/http_types.h"

namespace freshframe {

/// A request that became a viewer of `channel`; what is left is the handshake, with the request as
/// it is now.
struct WatchChannel {
  Channel* channel;
};

/// Decides what a request gets, from one table of methods, paths and handlers.
/// Thread: event loop only.
std::variant<HttpResponse, WatchChannel> route(HttpRequest& request, Hub& hub);

}  // namespace freshframe
