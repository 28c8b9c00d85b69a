#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "net/services.h"

namespace freshframe {

/// Serves one TCP connection: HTTP requests one after the other, until it becomes a viewer's
/// session or ends.
///
/// Thread: event loop only.
boost::asio::awaitable<void> serve_connection(boost::asio::ip::tcp::socket socket,
                                              Services services);

}  // namespace freshframe
