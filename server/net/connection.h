#pragma once

#include <boost/asio/awaitable.hpp>

#include "net/services.h"
#include "net/transport.h"

namespace freshframe {

/// Serves one connection: HTTP requests one after the other, until it becomes a viewer's
/// session or ends.
///
/// Thread: event loop only.
boost::asio::awaitable<void> serve_connection(Transport transport, Services services);

}  // namespace freshframe
