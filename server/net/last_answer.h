#pragma once

#include <boost/asio/awaitable.hpp>

#include "net/limits.h"
#include "net/transport.h"

namespace freshframe {

/// Says that nothing more will be said, and reads what the peer still sends, as much and as long as
/// `limits` allow: closing on unread bytes resets the connection, and the last answer with it.
/// Source: RFC 9112, section 9.6.
///
/// `stream` and `limits` outlive the coroutine. Thread: event loop only.
boost::asio::awaitable<void> end_after_last_answer(Transport& stream, const Limits& limits);

}  // namespace freshframe
