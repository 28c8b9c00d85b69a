#include <cstddef>
#include <cstdint>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/parser.hpp>

#include "net/browser_policy.h"
#include "net/credentials.h"
#include "net/limits.h"
#include "net/request_checks.h"
#include "net/request_target.h"
#include "net/web_origin.h"

#include "check.h"

namespace {

namespace http = boost::beast::http;

void check_target(std::string_view whole) {
  const freshframe::RequestTarget target = freshframe::split_target(whole);
  check(target.path.size() + target.query.size() <= whole.size());
  check(target.path.find('?') == std::string_view::npos && whole.starts_with(target.path));
  for (const char* const name : {"camera", "subscribe"}) {
    const auto value = freshframe::query_value(target.query, name);
    check(!value || !*value || (*value)->size() <= target.query.size());
  }
}

/// What a request brings to show who it is is no longer than the request: Base64 and percent signs
/// only ever make it shorter.
void check_credentials(const freshframe::HttpRequest& request) {
  const freshframe::Peer peer{.address = {}, .port = 8080, .is_tls = false};
  const std::string_view query = freshframe::split_target(request.target()).query;
  const auto credentials = freshframe::read_credentials(request, query, peer);
  if (!credentials) {
    check(!credentials.error().reason.empty());
    return;
  }
  check(!credentials->token || credentials->token->size() <= freshframe::Limits{}.header_bytes);
  check(!credentials->ticket || request.count(http::field::cookie) > 0);
}

freshframe::BrowserPolicy& policy() {
  static freshframe::BrowserPolicy policy(
      {.hosts = {"camera.example.org"}, .origins = {"http://localhost:5000"}});
  return policy;
}

// Whatever a browser's policy says goes into the log and into an answer.
void check_is_one_line(std::string_view reason) {
  check(!reason.empty() && reason.size() < 1000);
  for (const char letter : reason) {
    check(letter >= ' ' && letter <= '~');
  }
}

void check_browser_policy(const freshframe::HttpRequest& request) {
  const auto headers = policy().answer_headers(request);
  check(headers.reader.empty() || headers.reader == "http://localhost:5000");
  check(headers.reader.empty() || headers.may_be_embedded);
  for (const auto kind :
       {freshframe::BrowserPolicy::Kind::kPage, freshframe::BrowserPolicy::Kind::kData}) {
    if (const auto refusal = policy().check(request, kind)) {
      check_is_one_line(refusal->reason);
      continue;
    }
    if (request.count(http::field::origin) > 0) {
      const auto origin = freshframe::parse_origin(request[http::field::origin]);
      check(origin.has_value());
      check(!headers.reader.empty() ||
            origin == freshframe::origin_of_host(request[http::field::host], false));
    }
  }
}

}  // namespace

// What comes on a connection before anybody is let in: Beast's parser, set as HttpConnection sets
// it, and our checks behind it. What they accept keeps the promises of their header.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  http::request_parser<http::empty_body> parser;
  parser.header_limit(freshframe::Limits{}.header_bytes);
  boost::beast::error_code error;
  parser.put(boost::asio::buffer(data, size), error);
  if (error || !parser.is_header_done()) {
    return 0;
  }
  freshframe::HttpRequest request = parser.release();
  check_target(request.target());
  if (const auto refusal = freshframe::check_size(request, {})) {
    check(!refusal->reason.empty());
    return 0;
  }
  if (const auto refusal = freshframe::check_framing(request)) {
    check(!refusal->reason.empty());
    return 0;
  }
  check(request.target().starts_with('/') && request.target().size() <= 2048);
  check(request.count(http::field::host) <= 1);
  check(request.count(http::field::transfer_encoding) == 0);
  check_browser_policy(request);
  check_credentials(request);

  if (const auto refusal = freshframe::check_websocket_handshake(request)) {
    check(!refusal->reason.empty());
    return 0;
  }
  if (const auto refusal = freshframe::check_extensions(request)) {
    check(!refusal->reason.empty());
  }
  check(request.version() == 11 && request.count(http::field::connection) == 1);
  check(request[http::field::sec_websocket_key].size() == 24);
  return 0;
}
