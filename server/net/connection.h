#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "hub/hub.h"
#include "net/limits.h"
#include "net/open_connections.h"

namespace freshframe {

/// Serves one TCP connection: HTTP requests one after the other, until it becomes a viewer's
/// session or ends. `hub` and `connections` outlive the coroutine.
///
/// Thread: event loop only.
boost::asio::awaitable<void> serve_connection(boost::asio::ip::tcp::socket socket, Hub& hub,
                                              Limits limits, OpenConnections& connections);

}  // namespace freshframe
