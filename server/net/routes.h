#pragma once

#include <chrono>
#include <optional>
#include <variant>

#include "base/unix_time.h"
#include "hub/hub.h"
#include "net/http_types.h"
#include "net/peer.h"
#include "net/services.h"
#include "publish/published_stream.h"

#include "access/access_control.h"
#include "access/roles.h"

namespace freshframe {

/// A request that becomes a viewer's session; what is left is the handshake, with the request as it
/// is now.
struct BecomeViewer {
  /// What it watches from the start; null: nothing.
  Channel* first;
  /// What it may do.
  Roles roles;
  /// Of `first`.
  LastPicture last;
};

/// A request for a stream of a camera's pictures, without an end.
struct BecomeStream {
  Channel* channel;
};

/// A request for one picture.
struct TakeSnapshot {
  Channel* channel = nullptr;
  /// How old it may be.
  std::optional<std::chrono::milliseconds> max_age = {};
};

/// A request whose body is one image, or a stream of them, to be published.
struct ReceiveImages {
  PublishedStream* stream;
  bool takes_over = false;
  /// When the image was captured, if the request says so.
  std::optional<UnixTime> captured = {};
};

/// A request whose body says what of a camera's controls shall change.
struct ChangeControls {
  Channel* channel;
};

using Answer = std::variant<HttpResponse, BecomeViewer, BecomeStream, TakeSnapshot, ReceiveImages,
                            ChangeControls>;

/// Whether the request's body is still to be read.
inline bool reads_body(const Answer& answer) {
  return std::holds_alternative<ReceiveImages>(answer) ||
         std::holds_alternative<ChangeControls>(answer);
}

/// Decides what a request of `peer` gets, from one table of methods, paths, roles and handlers
/// (net/route_table.h). A request with a body that is not read does not keep its connection.
/// Thread: event loop only. Is told the time.
Answer route(HttpRequest& request, const Services& services, const Peer& peer,
             AccessControl::TimePoint now);

}  // namespace freshframe
