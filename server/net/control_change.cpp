#include "net/control_change.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "message/control_changes.h"
#include "net/controls_json.h"
#include "net/http_errors.h"
#include "net/request_body.h"
#include "net/responses.h"

namespace freshframe {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

using Clock = std::chrono::steady_clock;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

HttpResponse too_large(const HttpRequest& request, const Limits& limits) {
  return text_response(
      without_keep_alive(request), http::status::payload_too_large,
      "a change of controls may have at most " + std::to_string(limits.message_bytes) + " bytes");
}

HttpResponse refusal(const HttpRequest& request, const RefusedChange& refused,
                     const Limits& limits) {
  switch (refused.cause) {
    case RefusedChange::Cause::kTooManyWait:
      // By then each that waits now is answered, also when no frame comes.
      return error_response(request, http::status::service_unavailable, error_of(refused),
                            std::chrono::ceil<std::chrono::seconds>(limits.snapshot_time));
    case RefusedChange::Cause::kCamera:
      return error_response(request, http::status::conflict, error_of(refused));
    case RefusedChange::Cause::kWrong:
      break;
  }
  return error_response(request, http::status::unprocessable_entity, error_of(refused));
}

}  // namespace

ControlChange::ControlChange(Transport& stream, beast::flat_buffer& received,
                             const Services& services)
    : stream_(stream),
      received_(received),
      limits_(services.limits),
      registration_(services.connections, *this),
      something_happened_(stream.get_executor()) {}

asio::awaitable<std::optional<HttpResponse>> ControlChange::run(HeaderParser& header,
                                                                HttpRequest request,
                                                                Channel& channel) {
  // Beast holds a length that is told against the limit as it reads the header, and none was set
  // then.
  const auto length = header.content_length();
  if (length && *length > limits_.message_bytes) {
    co_return too_large(request, limits_);
  }
  stream_.expires_after(limits_.header_time);
  const bool goes_on = co_await tell_to_continue(stream_, request);
  if (!goes_on) {
    co_return std::nullopt;
  }
  http::request_parser<http::string_body> parser(std::move(header));
  parser.body_limit(limits_.message_bytes);
  const auto [error, size] = co_await http::async_read(stream_, received_, parser, kNoThrow);
  if (error == http::error::body_limit) {
    co_return too_large(request, limits_);
  }
  if (error) {
    if (is_peers_mistake(error)) {
      co_return malformed_body(request);
    }
    co_return std::nullopt;
  }
  stream_.expires_never();
  HttpResponse answer = co_await change(std::move(request), parser.get().body(), channel);
  if (ended_) {
    co_return std::nullopt;
  }
  co_return std::optional<HttpResponse>(std::move(answer));
}

asio::awaitable<HttpResponse> ControlChange::change(HttpRequest request, std::string_view body,
                                                    Channel& channel) {
  const auto changes = parse_control_changes(body);
  if (!changes) {
    co_return error_response(request, http::status::bad_request, changes.error());
  }
  std::optional<CameraControls::Answer> answer;
  const auto waiting =
      channel.controls().change(*changes, [&](const CameraControls::Answer& given) {
        answer = given;
        something_happened_.notify();
      });
  if (!waiting) {
    co_return refusal(request, waiting.error(), limits_);
  }
  // A camera that gives no picture is no reason to keep somebody waiting: it has been told.
  const Clock::time_point patience = Clock::now() + limits_.snapshot_time;
  while (!answer && !ended_ && Clock::now() < patience) {
    co_await something_happened_.wait_until(patience);
  }
  if (answer && !*answer) {
    co_return refusal(request, answer->error(), limits_);
  }
  co_return json_response(request,
                          changed_controls_json(channel, {answer ? **answer : std::nullopt}));
}

void ControlChange::end_now() {
  ended_ = true;
  something_happened_.notify();
}

}  // namespace freshframe
