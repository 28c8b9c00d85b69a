#pragma once

#include <variant>

#include "hub/hub.h"
#include "net/http_types.h"

namespace freshframe {

/// A request that becomes a viewer's session; what is left is the handshake, with the request as it
/// is now.
struct BecomeViewer {
  /// What it watches from the start; null: nothing.
  Channel* first;
};

/// Decides what a request gets, from one table of methods, paths and handlers.
/// Thread: event loop only.
std::variant<HttpResponse, BecomeViewer> route(HttpRequest& request, Hub& hub);

}  // namespace freshframe
