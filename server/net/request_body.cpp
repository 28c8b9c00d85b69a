#include "net/request_body.h"

#include <string_view>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/string.hpp>

#include "net/responses.h"

namespace freshframe {

namespace {

namespace http = boost::beast::http;

}  // namespace

boost::asio::awaitable<bool> tell_to_continue(Transport& stream, const HttpRequest& request) {
  // curl sends this with a large body, and waits for a second without the answer.
  if (!boost::beast::iequals(request[http::field::expect], "100-continue")) {
    co_return true;
  }
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  const auto [error, size] = co_await boost::asio::async_write(
      stream, boost::asio::buffer(kContinue), boost::asio::as_tuple(boost::asio::use_awaitable));
  co_return !error;
}

HttpRequest without_keep_alive(HttpRequest request) {
  request.keep_alive(false);
  return request;
}

HttpResponse malformed_body(const HttpRequest& request) {
  return text_response(without_keep_alive(request), http::status::bad_request,
                       "the body is not chunked as HTTP has it");
}

}  // namespace freshframe
