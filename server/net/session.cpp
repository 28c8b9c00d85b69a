#include "net/session.h"

#include <string_view>
#include <utility>
#include <variant>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include "message/bytes.h"
#include "message/status_message.h"

namespace freshframe {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

/// The subprotocol that we speak; a client that names none gets the same.
constexpr std::string_view kJsonProtocol = "freshframe.v1.json";

bool offers_json_protocol(const HttpRequest& upgrade) {
  return http::token_list{upgrade[http::field::sec_websocket_protocol]}.exists(kJsonProtocol);
}

}  // namespace

Session::Session(asio::ip::tcp::socket socket, Channel& channel, const Limits& limits,
                 OpenConnections& connections)
    : socket_(std::move(socket)),
      channel_(channel),
      limits_(limits),
      registration_(connections, *this),
      something_to_do_(socket_.get_executor()),
      write_timer_(socket_.get_executor()) {}

asio::awaitable<void> Session::run(HttpRequest upgrade) {
  using asio::experimental::awaitable_operators::operator&&;
  const bool accepted = co_await accept(std::move(upgrade));
  if (!accepted) {
    co_return;
  }
  const Subscription subscription(channel_, *this);
  co_await (read_until_closed() && write_what_is_newest() && watch_write_time());
}

asio::awaitable<bool> Session::accept(HttpRequest upgrade) {
  socket_.set_option(websocket::stream_base::timeout{
      .handshake_timeout = limits_.close_time,
      .idle_timeout = limits_.silence_time,
      .keep_alive_pings = true,
  });
  const bool names_protocol = offers_json_protocol(upgrade);
  socket_.set_option(
      websocket::stream_base::decorator([names_protocol](websocket::response_type& response) {
        response.set(http::field::server, "Freshframe");
        if (names_protocol) {
          response.set(http::field::sec_websocket_protocol, kJsonProtocol);
        }
      }));
  socket_.read_message_max(limits_.message_bytes);
  // By default Beast cuts a message into frames of 4 KiB, each with a copy and a system call.
  socket_.auto_fragment(false);
  socket_.text(true);
  const auto [error] = co_await socket_.async_accept(upgrade, kNoThrow);
  co_return !error;
}

asio::awaitable<void> Session::read_until_closed() {
  // One byte more than a message may have: a message that grows fragment by fragment must meet the
  // limit, which Beast answers with 1009, before it meets the buffer's end, which Beast does not.
  beast::flat_buffer message(limits_.message_bytes + 1);
  for (;;) {
    // Reading is also what lets Beast answer pings and closes.
    const auto [error, size] = co_await socket_.async_read(message, kNoThrow);
    if (error) {
      break;
    }
    message.consume(size);
  }
  ended_ = true;
  end_now();
}

asio::awaitable<void> Session::write_what_is_newest() {
  while (!closing_ && !ended_) {
    std::optional<Outbox::Item> item = outbox_.take();
    if (!item) {
      co_await something_to_do_.wait();
      continue;
    }
    Bytes status_message;
    asio::const_buffer bytes;
    if (const auto* picture = std::get_if<PicturePtr>(&*item)) {
      const Bytes& json = (*picture)->bytes(WireForm::kJson);
      bytes = asio::buffer(json.data(), json.size());
    } else {
      status_message = make_status_message(channel_.name(), std::get<CameraStatus>(*item));
      bytes = asio::buffer(status_message.data(), status_message.size());
    }
    write_began_ = std::chrono::steady_clock::now();
    const auto [error, size] = co_await socket_.async_write(bytes, kNoThrow);
    write_began_.reset();
    if (error) {
      end_now();
      co_return;
    }
  }
  if (closing_ && !ended_) {
    co_await socket_.async_close(websocket::close_code::going_away, kNoThrow);
  }
}

asio::awaitable<void> Session::watch_write_time() {
  // One wake-up in each write_time, however many frames are sent: a write that began since the last
  // look cannot be overdue before the next.
  while (!ended_) {
    const auto now = std::chrono::steady_clock::now();
    const auto overdue_at = write_began_.value_or(now) + limits_.write_time;
    if (overdue_at <= now) {
      end_now();
      co_return;
    }
    write_timer_.expires_at(overdue_at);
    co_await write_timer_.async_wait(kNoThrow);
  }
}

void Session::on_picture(Channel& /*channel*/, const PicturePtr& picture) {
  outbox_.put(picture);
  something_to_do_.notify();
}

void Session::on_status(Channel& /*channel*/, const CameraStatus& status) {
  outbox_.put(status);
  something_to_do_.notify();
}

void Session::end_gently() {
  closing_ = true;
  something_to_do_.notify();
}

void Session::end_now() {
  // Whatever waits on the socket now fails and returns; each loop then sees that it is over.
  beast::error_code ignored;
  beast::get_lowest_layer(socket_).close(ignored);
  ended_ = true;
  write_timer_.cancel();
  something_to_do_.notify();
}

}  // namespace freshframe
