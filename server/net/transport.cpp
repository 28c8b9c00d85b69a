#include "net/transport.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace freshframe {

namespace asio = boost::asio;

namespace {

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

}  // namespace

void Transport::State::close() {
  ErrorCode ignored;
  socket.close(ignored);
  deadline.cancel();
  closes_at = Clock::time_point::max();
  wakes_at = Clock::time_point::max();
}

void Transport::expires_after(std::chrono::milliseconds time) {
  state_->closes_at = Clock::now() + time;
  // A wake-up that comes no later than needed is left as it is: so that a deadline for each frame
  // costs no timer for each.
  if (state_->wakes_at > state_->closes_at) {
    watch(state_);
  }
}

void Transport::watch(const std::shared_ptr<State>& state) {
  state->wakes_at = state->closes_at;
  state->deadline.expires_at(state->wakes_at);
  state->deadline.async_wait([weak = std::weak_ptr<State>(state)](const ErrorCode& error) {
    const std::shared_ptr<State> watched = weak.lock();
    if (error || !watched) {
      return;
    }
    watched->wakes_at = Clock::time_point::max();
    if (watched->closes_at <= Clock::now()) {
      watched->close();
    } else if (watched->closes_at != Clock::time_point::max()) {
      watch(watched);
    }
  });
}

asio::awaitable<Transport::Handshake> Transport::shake_hands() {
  const std::shared_ptr<State> state = state_;
  const auto [error] =
      co_await state->tls->async_handshake(asio::ssl::stream_base::server, kNoThrow);
  if (!error) {
    co_return Handshake::kDone;
  }
  if (error.category() != asio::error::get_ssl_category()) {
    co_return Handshake::kGone;
  }
  const int reason = ERR_GET_REASON(static_cast<unsigned long>(error.value()));
  co_return reason == SSL_R_HTTP_REQUEST ? Handshake::kPlainHttp : Handshake::kRefused;
}

asio::awaitable<void> Transport::end_sending() {
  const std::shared_ptr<State> state = state_;
  if (state->tls) {
    expect_no_close_notify();
    co_await state->tls->async_shutdown(kNoThrow);
  }
  ErrorCode ignored;
  state->socket.shutdown(Socket::shutdown_send, ignored);
}

void Transport::cancel() {
  ErrorCode ignored;
  state_->socket.cancel(ignored);
}

void Transport::expect_no_close_notify() {
  SSL* const tls = state_->tls->native_handle();
  SSL_set_shutdown(tls, SSL_get_shutdown(tls) | SSL_RECEIVED_SHUTDOWN);
}

}  // namespace freshframe
