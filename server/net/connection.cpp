#include "net/connection.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_generator.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include "net/control_change.h"
#include "net/http_errors.h"
#include "net/image_upload.h"
#include "net/last_answer.h"
#include "net/mjpeg_stream.h"
#include "net/peer.h"
#include "net/responses.h"
#include "net/routes.h"
#include "net/session.h"
#include "net/snapshot.h"
#include "net/socket_bounds.h"
#include "net/turn_away.h"

namespace freshframe {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

/// A peer that has gone already has no address.
std::optional<Peer> peer_of(Transport& transport) {
  beast::error_code gone;
  const Peer peer{.address = transport.socket().remote_endpoint(gone).address(),
                  .port = transport.socket().local_endpoint(gone).port(),
                  .is_tls = transport.is_tls()};
  return gone ? std::nullopt : std::optional(peer);
}

/// What a request holds that lasts, for as long as it does.
struct Places {
  Admission::Place lasting;
  Admission::Place viewer;
};

/// The HTTP part of a connection's life.
class HttpConnection final : private OpenConnection {
 public:
  HttpConnection(Transport transport, const Peer& peer, const Services& services)
      : peer_(peer),
        stream_(std::move(transport)),
        received_(services.limits.header_bytes),
        services_(services),
        limits_(services.limits),
        registration_(services.connections, *this) {}
  ~HttpConnection() = default;
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  struct Upgrade {
    HttpRequest request;
    std::variant<BecomeViewer, BecomeStream> what;
    Places places;
    Transport transport;
  };

  /// Answers requests until the connection ends, or until one wants to watch a camera.
  asio::awaitable<std::optional<Upgrade>> run();

 private:
  void end_gently() override { end_now(); }
  void end_now() override { stream_.close(); }

  asio::awaitable<bool> shake_hands();
  asio::awaitable<bool> read_header(http::request_parser<http::empty_body>& parser);
  asio::awaitable<void> refuse(http::status status, std::string_view reason);
  /// True when another request may follow.
  asio::awaitable<bool> write(HttpResponse response);
  /// Whether it is the target's size for which a header did not fit.
  bool is_target_too_long(const http::request_parser<http::empty_body>& parser) const;
  /// Takes the places that what is asked for needs, or answers that there are none.
  void take_places(HttpRequest& request, Answer& answer, Places& places);

  const Peer peer_;
  Transport stream_;
  beast::flat_buffer received_;
  const Services services_;
  const Limits& limits_;
  const OpenConnections::Registration registration_;
};

asio::awaitable<std::optional<HttpConnection::Upgrade>> HttpConnection::run() {
  if (stream_.is_tls()) {
    const bool is_secure = co_await shake_hands();
    if (!is_secure) {
      co_return std::nullopt;
    }
  }
  for (;;) {
    http::request_parser<http::empty_body> parser;
    parser.header_limit(limits_.header_bytes);
    // Only the header is read. A body, however large, is refused by route(), or bounded by whoever
    // reads it.
    parser.body_limit(boost::none);
    const bool has_header = co_await read_header(parser);
    if (!has_header) {
      co_return std::nullopt;
    }
    HttpRequest request = parser.get();
    const auto client = client_address(peer_.address, request, services_.admission.proxies());
    if (!client) {
      co_await refuse(http::status::bad_request,
                      "X-Forwarded-For, as a trusted proxy sent it, names no address");
      co_return std::nullopt;
    }
    request.client = *client;
    Peer asker = peer_;
    asker.address = *client;
    Answer answer = route(request, services_, asker, std::chrono::steady_clock::now());
    Places places;
    take_places(request, answer, places);
    if (const auto* viewer = std::get_if<BecomeViewer>(&answer)) {
      if (received_.size() > 0) {
        // A client may not speak WebSocket before it was let in (RFC 6455, section 4.1).
        co_await refuse(http::status::bad_request, "bytes came before the handshake was answered");
        co_return std::nullopt;
      }
      co_return Upgrade{std::move(request), *viewer, std::move(places), std::move(stream_)};
    }
    if (const auto* stream = std::get_if<BecomeStream>(&answer)) {
      co_return Upgrade{std::move(request), *stream, std::move(places), std::move(stream_)};
    }
    std::optional<HttpResponse> response;
    if (const auto* const wanted = std::get_if<TakeSnapshot>(&answer)) {
      stream_.expires_never();
      Snapshot snapshot(stream_.get_executor(), services_);
      response = co_await snapshot.take(request, *wanted->channel, wanted->max_age);
    } else if (auto* const written = std::get_if<HttpResponse>(&answer)) {
      response.emplace(std::move(*written));
    } else if (const auto* const wanted_controls = std::get_if<ChangeControls>(&answer)) {
      ControlChange change(stream_, received_, services_);
      response = co_await change.run(parser, std::move(request), *wanted_controls->channel);
    } else {
      ImageUpload upload(stream_, received_, limits_);
      response = co_await upload.run(parser, std::move(request), std::get<ReceiveImages>(answer));
    }
    if (!response) {
      co_return std::nullopt;
    }
    const bool goes_on = co_await write(std::move(*response));
    if (!goes_on) {
      co_return std::nullopt;
    }
  }
}

asio::awaitable<bool> HttpConnection::shake_hands() {
  stream_.expires_after(limits_.header_time);
  const Transport::Handshake handshake = co_await stream_.shake_hands();
  if (handshake == Transport::Handshake::kPlainHttp) {
    HttpRequest none;
    none.version(11);
    none.keep_alive(false);
    none.answer = services_.browser.answer_headers(none);
    auto answer = text_response(none, http::status::bad_request,
                                "this is HTTPS: begin the address with https:// (or wss://)");
    co_await beast::async_write(stream_.socket(), std::move(answer), kNoThrow);
  }
  if (handshake == Transport::Handshake::kPlainHttp ||
      handshake == Transport::Handshake::kRefused) {
    co_await end_after_last_answer(stream_, limits_);
  }
  co_return handshake == Transport::Handshake::kDone;
}

asio::awaitable<bool> HttpConnection::read_header(http::request_parser<http::empty_body>& parser) {
  stream_.expires_after(limits_.header_time);
  const auto [error, size] = co_await http::async_read_header(stream_, received_, parser, kNoThrow);
  if (!error) {
    co_return true;
  }
  // A peer that went or fell silent gets no answer; one that spoke wrongly is told.
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    if (is_target_too_long(parser)) {
      co_await refuse(http::status::uri_too_long, "the address is longer than is taken here");
      co_return false;
    }
    co_await refuse(http::status::request_header_fields_too_large,
                    "the request's headers are larger than is taken here");
  } else if (is_peers_mistake(error)) {
    co_await refuse(http::status::bad_request, "this is not an HTTP/1 request");
  }
  co_return false;
}

asio::awaitable<void> HttpConnection::refuse(http::status status, std::string_view reason) {
  HttpRequest none;
  none.version(11);
  none.keep_alive(false);
  none.answer = services_.browser.answer_headers(none);
  co_await write(text_response(none, status, reason));
}

asio::awaitable<bool> HttpConnection::write(HttpResponse response) {
  const bool keep_alive = response.keep_alive();
  stream_.expires_after(limits_.write_time);
  const auto [error, size] = co_await beast::async_write(stream_, std::move(response), kNoThrow);
  if (!error && !keep_alive) {
    co_await end_after_last_answer(stream_, limits_);
  }
  co_return !error && keep_alive;
}

bool HttpConnection::is_target_too_long(
    const http::request_parser<http::empty_body>& parser) const {
  const std::string_view target = parser.get().target();
  if (!target.empty()) {
    return target.size() > limits_.target_bytes;
  }
  // Not even the request's line has come whole.
  const std::string_view line(static_cast<const char*>(received_.data().data()), received_.size());
  const std::size_t method_bytes = line.find(' ');
  return method_bytes != std::string_view::npos && line.find('\n') == std::string_view::npos &&
         line.size() - method_bytes > limits_.target_bytes;
}

void HttpConnection::take_places(HttpRequest& request, Answer& answer, Places& places) {
  if (std::holds_alternative<HttpResponse>(answer)) {
    return;
  }
  Admission& admission = services_.admission;
  const auto now = std::chrono::steady_clock::now();
  const bool is_upload = reads_body(answer);
  // A snapshot is a viewer for a moment, and somebody may take many a second, too.
  const bool is_free_to_repeat = is_upload || std::holds_alternative<TakeSnapshot>(answer);
  auto lasting = is_free_to_repeat ? admission.admit_upload(peer_.address, request.client, now)
                                   : admission.admit_lasting(peer_.address, request.client, now);
  auto viewer = is_upload ? Admission::Answer(Admission::Place()) : admission.admit_viewer();
  if (lasting && viewer) {
    places = {*std::move(lasting), *std::move(viewer)};
    return;
  }
  const Admission::Refused refused = lasting ? viewer.error() : lasting.error();
  request.keep_alive(false);
  answer = unavailable(request, reason_of(refused, limits_), retry_after(refused));
}

asio::awaitable<std::optional<HttpConnection::Upgrade>> serve_http(Transport transport, Peer peer,
                                                                   Services services) {
  HttpConnection connection(std::move(transport), peer, services);
  std::optional<HttpConnection::Upgrade> upgrade = co_await connection.run();
  co_return upgrade;
}

asio::awaitable<void> serve_viewer(HttpConnection::Upgrade upgrade, Services services) {
  const BecomeViewer viewer = std::get<BecomeViewer>(upgrade.what);
  Session session(std::move(upgrade.transport), services, viewer.roles);
  co_await session.run(std::move(upgrade.request), viewer.first, viewer.last);
}

asio::awaitable<void> serve_stream(HttpConnection::Upgrade upgrade, Services services) {
  Channel& channel = *std::get<BecomeStream>(upgrade.what).channel;
  MjpegStream stream(std::move(upgrade.transport), services, channel);
  co_await stream.run(std::move(upgrade.request));
}

}  // namespace

asio::awaitable<void> serve_connection(Transport transport, Services services) {
  const std::optional<Peer> peer = peer_of(transport);
  if (!peer) {
    co_return;
  }
  const auto place =
      services.admission.admit_connection(peer->address, std::chrono::steady_clock::now());
  bound_kernel_memory(transport.socket());
  if (!place) {
    co_await turn_away(std::move(transport), place.error(), services);
    co_return;
  }
  std::optional<HttpConnection::Upgrade> upgrade =
      co_await serve_http(std::move(transport), *peer, services);
  if (!upgrade) {
    co_return;
  }
  if (std::holds_alternative<BecomeViewer>(upgrade->what)) {
    co_await serve_viewer(std::move(*upgrade), services);
  } else {
    co_await serve_stream(std::move(*upgrade), services);
  }
}

}  // namespace freshframe
