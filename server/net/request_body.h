#pragma once

#include <boost/asio/awaitable.hpp>

#include "net/http_types.h"
#include "net/transport.h"

namespace freshframe {

// What is said to a peer whose request has a body, before or instead of reading it.

/// Lets a peer go on that waits for leave to send its body; nobody else is told anything. False
/// when it has gone. The caller sets how long it may take. Source: RFC 9110, section 10.1.1.
boost::asio::awaitable<bool> tell_to_continue(Transport& stream, const HttpRequest& request);

/// `request`, so that its answer ends the connection: what is left of the body is not read.
HttpRequest without_keep_alive(HttpRequest request);

/// For a peer that does not say where its body ends (RFC 9112, section 7.1).
HttpResponse malformed_body(const HttpRequest& request);

}  // namespace freshframe
