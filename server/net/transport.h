#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/role.hpp>

namespace freshframe {

/// The byte stream of one connection, plain or TLS, which whoever reads and writes need not know.
/// It goes from HTTP to a viewer's session by being moved; one that was moved from may only be
/// destroyed.
///
/// An Asio stream (AsyncReadStream, AsyncWriteStream): at most one read and one write at a time. It
/// hands handlers on as they are and allocates nothing of its own for them.
///
/// Thread: that of the socket's executor.
class Transport {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using executor_type = Socket::executor_type;
  using ErrorCode = boost::beast::error_code;

  /// Plain. Not explicit, for a socket is a whole connection.
  Transport(Socket socket) : state_(std::make_shared<State>(std::move(socket))) {}  // NOLINT
  /// TLS, of which the handshake comes first. `context` may go before this does.
  Transport(Socket socket, boost::asio::ssl::context& context)
      : state_(std::make_shared<State>(std::move(socket), context)) {}

  executor_type get_executor() { return state_->socket.get_executor(); }
  bool is_tls() const { return state_->tls.has_value(); }

  /// What lies below TLS: for its options and its addresses, and for bytes that nobody reads.
  Socket& socket() { return state_->socket; }

  enum class Handshake {
    kDone,
    kPlainHttp,  // the peer speaks HTTP without TLS, and was told nothing yet
    kRefused,    // by either side; a TLS alert says why
    kGone,
  };
  /// The server's part of the TLS handshake, before anything is read or written.
  boost::asio::awaitable<Handshake> shake_hands();

  /// Tells the peer that nothing more comes, by TLS's close_notify (RFC 8446, section 6.1) and by
  /// TCP. What still comes from the peer nobody can read, except as bytes of socket().
  boost::asio::awaitable<void> end_sending();

  template <class MutableBuffers, class Token>
  auto async_read_some(const MutableBuffers& buffers, Token&& token) {
    return state_->tls ? state_->tls->async_read_some(buffers, std::forward<Token>(token))
                       : state_->socket.async_read_some(buffers, std::forward<Token>(token));
  }

  template <class ConstBuffers, class Token>
  auto async_write_some(const ConstBuffers& buffers, Token&& token) {
    return state_->tls ? state_->tls->async_write_some(buffers, std::forward<Token>(token))
                       : state_->socket.async_write_some(buffers, std::forward<Token>(token));
  }

  /// Writes what leaves at once, of a socket that is non-blocking. Under TLS nothing does, and
  /// `error` is would_block: Asio's own would take the bytes, encrypt them, and lose what the
  /// socket then does not take (asio/ssl/detail/io.hpp, at want_output).
  template <class ConstBuffers>
  std::size_t write_some(const ConstBuffers& buffers, ErrorCode& error) {
    if (state_->tls) {
      error = boost::asio::error::would_block;
      return 0;
    }
    return state_->socket.write_some(buffers, error);
  }

  /// Closes the connection once that time has passed, whatever is under way, unless another such
  /// call comes first. To be called anew, or ended by expires_never(), before waiting for anything
  /// that is not the peer.
  void expires_after(std::chrono::milliseconds time);
  void expires_never() { state_->closes_at = Clock::time_point::max(); }

  /// What is under way ends with operation_aborted; the connection stays usable.
  void cancel();
  /// At once; what is under way ends with operation_aborted.
  void close() { state_->close(); }

  /// How Beast closes a connection at once, and after a closing handshake.
  friend void beast_close_socket(Transport& transport) { transport.close(); }
  template <class Handler>
  friend void async_teardown(boost::beast::role_type /*role*/, Transport& transport,
                             Handler&& handler) {
    if (!transport.is_tls()) {
      drain(transport.state_, std::forward<Handler>(handler));
      return;
    }
    transport.expect_no_close_notify();
    transport.state_->tls->async_shutdown(
        [state = transport.state_, last = std::forward<Handler>(handler)](
            const ErrorCode& /*error*/) mutable { drain(state, std::move(last)); });
  }

 private:
  using Clock = std::chrono::steady_clock;

  // Apart, so that it stays where it is: operations under way refer to it.
  struct State {
    explicit State(Socket connected)
        : socket(std::move(connected)), deadline(socket.get_executor()) {}
    State(Socket connected, boost::asio::ssl::context& context) : State(std::move(connected)) {
      tls.emplace(socket, context);
    }

    void close();

    Socket socket;
    std::optional<boost::asio::ssl::stream<Socket&>> tls;
    boost::asio::steady_timer deadline;
    Clock::time_point closes_at = Clock::time_point::max();
    /// When `deadline` looks at that.
    Clock::time_point wakes_at = Clock::time_point::max();
  };

  /// Says that nothing more will be said, and reads what the peer still sends, until it ends or has
  /// said kMostDrained: closing on unread bytes resets the connection, and the last frame with it.
  /// Beast's own reads a little only. Whoever waits bounds the time.
  static constexpr std::size_t kMostDrained = std::size_t{64} * 1024 * 1024;
  class Drain {
   public:
    explicit Drain(std::shared_ptr<State> state) : state_(std::move(state)) {
      ErrorCode ignored;
      state_->socket.shutdown(Socket::shutdown_send, ignored);
    }

    template <class Self>
    void operator()(Self& self, const ErrorCode& error = {}, std::size_t size = 0) {
      drained_ += size;
      if (error || drained_ > kMostDrained) {
        self.complete(error == boost::asio::error::eof ? ErrorCode() : error);
        return;
      }
      // Copied, for they are moved along with `self`.
      Socket& socket = state_->socket;
      const auto room = boost::asio::buffer(*room_);
      socket.async_read_some(room, std::move(self));
    }

   private:
    std::shared_ptr<State> state_;
    std::unique_ptr<std::array<std::byte, 4096>> room_ =
        std::make_unique<std::array<std::byte, 4096>>();
    std::size_t drained_ = 0;
  };
  template <class Handler>
  static void drain(const std::shared_ptr<State>& state, Handler&& handler) {
    boost::asio::async_compose<Handler, void(ErrorCode)>(Drain(state), handler, state->socket);
  }

  static void watch(const std::shared_ptr<State>& state);
  /// Lets a TLS shutdown be over when ours is said: what the peer says to it, nobody reads.
  void expect_no_close_notify();

  std::shared_ptr<State> state_;
};

}  // namespace freshframe
