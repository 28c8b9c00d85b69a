#pragma once

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/message_generator.hpp>

namespace freshframe {

/// What clients ask. A body that comes with it is read by whoever wants it.
using HttpRequest = boost::beast::http::request<boost::beast::http::empty_body>;

/// An answer of any body type, ready to be written.
using HttpResponse = boost::beast::http::message_generator;

}  // namespace freshframe
