#pragma once

#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/message_generator.hpp>

#include "net/answer_headers.h"

namespace freshframe {

/// What clients ask. A body that comes with it is read by whoever wants it.
struct HttpRequest : boost::beast::http::request<boost::beast::http::empty_body> {
  using Message = boost::beast::http::request<boost::beast::http::empty_body>;
  using Message::Message;
  HttpRequest() = default;
  // Not explicit: parsers give a Message, and it is a request of which nothing else is known yet.
  HttpRequest(Message read) : Message(std::move(read)) {}

  /// Who asks, told by the connection, or behind a trusted proxy by that (net/client_address.h).
  boost::asio::ip::address client;
  /// What its answer says to browsers (net/browser_policy.h).
  AnswerHeaders answer;
};

/// An answer of any body type, ready to be written.
using HttpResponse = boost::beast::http::message_generator;

}  // namespace freshframe
