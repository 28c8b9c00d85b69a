#pragma once

#include <boost/asio/ip/tcp.hpp>

namespace freshframe {

/// Bounds what the kernel may keep of ours for one peer, so that it does not queue frames for us:
/// TCP_NOTSENT_LOWAT, SO_SNDBUF, TCP_NODELAY and TCP_USER_TIMEOUT. A bound that the system refuses
/// or would only grant in part is left out: the connection works without it. Source:
/// server/README.md, "Freshness".
void bound_kernel_memory(boost::asio::ip::tcp::socket& socket);

}  // namespace freshframe
