#pragma once

#include <chrono>
#include <optional>
#include <variant>

#include "base/unix_time.h"
#include "hub/hub.h"
#include "net/http_types.h"
#include "net/services.h"
#include "publish/published_stream.h"

namespace freshframe {

/// A request that becomes a viewer's session; what is left is the handshake, with the request as it
/// is now.
struct BecomeViewer {
  /// What it watches from the start; null: nothing.
  Channel* first;
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

/// Decides what a request gets, from one table of methods, paths and handlers. A request with a
/// body that is not read does not keep its connection.
/// Thread: event loop only.
std::variant<HttpResponse, BecomeViewer, BecomeStream, TakeSnapshot, ReceiveImages> route(
    HttpRequest& request, const Services& services);

}  // namespace freshframe
