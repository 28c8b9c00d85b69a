#pragma once

#include <boost/asio/awaitable.hpp>

#include "net/admission.h"
#include "net/services.h"
#include "net/transport.h"

namespace freshframe {

/// Tells a peer for whose connection there is no room so, by 503 with Retry-After, and closes. The
/// request is not waited for: whoever opens a connection to a server of HTTP asks something.
///
/// A few at a time are listened to for a moment more, so that the answer arrives; when there are
/// more than those, a flood, the others are closed at once.
///
/// Thread: event loop only.
boost::asio::awaitable<void> turn_away(Transport transport, Admission::Refused refused,
                                       Services services);

}  // namespace freshframe
