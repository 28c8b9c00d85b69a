#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/buffers_iterator.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/websocket/teardown.hpp>

#include "net/deflated_messages.h"

namespace freshframe {

/// The layer below a Beast WebSocket stream through which whole frames, built by us, go out beside
/// those that Beast writes: Beast cannot send a message that exists already, neither without
/// looking at its bytes nor compressed, and cuts what it writes into system calls of 64 KiB.
///
/// Beast does the handshake, reads, and writes control frames, each of which it hands down in one
/// async_write_some. That and write_frame take turns, and each ends only when all its bytes
/// have left: so no frame is ever cut by another, and a waiting control frame goes out before the
/// frame after the one that is being written. At most one of each may be under way, which Beast
/// sees to on its side. After Beast's close frame no frame of ours goes out (RFC 6455, section
/// 5.5.1): write_frame then fails with operation_aborted.
///
/// The next layer's write_some must take what it can at once and never wait: a socket that is
/// non-blocking.
///
/// On the way in it lets Beast read messages that are compressed, see expect_deflated_messages().
///
/// Thread: that of the next layer's executor. What is being written keeps the next layer alive;
/// the destructor closes it, so that this ends at once.
template <class NextLayer>
class PrebuiltFrameStream {
 public:
  using next_layer_type = NextLayer;
  using executor_type = typename NextLayer::executor_type;

  explicit PrebuiltFrameStream(NextLayer next) : state_(std::make_shared<State>(std::move(next))) {}
  ~PrebuiltFrameStream() {
    state_->is_gone = true;
    boost::beast::close_socket(boost::beast::get_lowest_layer(next_layer()));
  }
  PrebuiltFrameStream(const PrebuiltFrameStream&) = delete;
  PrebuiltFrameStream& operator=(const PrebuiltFrameStream&) = delete;

  executor_type get_executor() { return next_layer().get_executor(); }
  NextLayer& next_layer() { return state_->next; }
  const NextLayer& next_layer() const { return state_->next; }

  /// From here on frames are read, of a client with whom permessage-deflate was agreed on. Beast
  /// then gives a compressed message as one in binary that it leaves as it is.
  void expect_deflated_messages() { state_->deflated_messages.emplace(); }

  /// How the message that Beast gave last is compressed; to be asked once for each.
  Deflated take_deflated() {
    return state_->deflated_messages ? state_->deflated_messages->take_deflated() : Deflated::kNot;
  }

  template <class MutableBuffers, class Token>
  auto async_read_some(const MutableBuffers& buffers, Token&& token) {
    return boost::asio::async_compose<Token, void(ErrorCode, std::size_t)>(
        Read<MutableBuffers>(state_, buffers), token, state_->next);
  }

  /// Beast's way out: `buffers` are a whole control frame, or the handshake's answer.
  template <class ConstBuffers, class Token>
  auto async_write_some(const ConstBuffers& buffers, Token&& token) {
    return async_write_whole(buffers, /*is_ours=*/false, std::forward<Token>(token));
  }

  /// Writes one whole frame, its header included, by as few system calls as the system allows.
  ///
  /// True when all of it has left at once, which spares the way through the event loop; `handler`
  /// is not called then. Otherwise it is called later, with an error_code, and the bytes stay valid
  /// until then. It is not called any more once the stream is destroyed.
  template <class ConstBuffers, class Handler>
  bool write_frame(const ConstBuffers& buffers, Handler handler) {
    boost::beast::buffers_suffix<ConstBuffers> rest(buffers);
    if (!state_->is_writing && !state_->close_has_left) {
      ErrorCode error;  // comes again from the write that follows
      const std::size_t size = next_layer().write_some(buffers, error);
      if (!error && size == boost::asio::buffer_size(buffers)) {
        return true;
      }
      rest.consume(size);
    }
    async_write_whole(rest, /*is_ours=*/true,
                      [state = state_, handler = std::move(handler)](ErrorCode error,
                                                                     std::size_t /*size*/) mutable {
                        if (!state->is_gone) {
                          handler(error);
                        }
                      });
    return false;
  }

  /// Closes the connection after the closing handshake, as Beast asks it of each layer.
  template <class Handler>
  friend void async_teardown(boost::beast::role_type role, PrebuiltFrameStream& stream,
                             Handler&& handler) {
    using boost::beast::websocket::async_teardown;
    async_teardown(role, stream.next_layer(), std::forward<Handler>(handler));
  }

 private:
  using ErrorCode = boost::beast::error_code;

  // Shared with the writes under way: a ping of Beast's outlives the stream that it is for.
  struct State {
    explicit State(NextLayer layer) : next(std::move(layer)), turn(next.get_executor()) {
      turn.expires_at(boost::asio::steady_timer::time_point::max());
    }

    NextLayer next;
    bool is_writing = false;
    bool someone_waits = false;
    bool close_has_left = false;
    /// The stream was destroyed, and what was being read into with it.
    bool is_gone = false;
    std::optional<DeflatedMessages> deflated_messages;
    /// Who waits for the turn waits for this to be cancelled.
    boost::asio::steady_timer turn;
  };

  template <class MutableBuffers>
  class Read {
   public:
    Read(std::shared_ptr<State> state, const MutableBuffers& buffers)
        : state_(std::move(state)), buffers_(buffers) {}

    template <class Self>
    void operator()(Self& self) {
      // Copied, for they are moved along with `self`.
      const MutableBuffers buffers = buffers_;
      state_->next.async_read_some(buffers, std::move(self));
    }

    template <class Self>
    void operator()(Self& self, ErrorCode error, std::size_t size) {
      if (state_->deflated_messages && !state_->is_gone) {
        pass(size);
      }
      self.complete(error, size);
    }

   private:
    void pass(std::size_t size) {
      const auto end = boost::asio::buffer_sequence_end(buffers_);
      for (auto buffer = boost::asio::buffer_sequence_begin(buffers_); buffer != end; ++buffer) {
        const boost::asio::mutable_buffer part = boost::asio::buffer(*buffer, size);
        state_->deflated_messages->pass({static_cast<std::uint8_t*>(part.data()), part.size()});
        size -= part.size();
      }
    }

    std::shared_ptr<State> state_;
    MutableBuffers buffers_;
  };

  template <class ConstBuffers>
  class Write {
   public:
    Write(std::shared_ptr<State> state, const ConstBuffers& buffers, bool is_ours)
        : state_(std::move(state)), buffers_(buffers), is_ours_(is_ours) {}

    template <class Self>
    void operator()(Self& self, ErrorCode error = {}, std::size_t size = 0) {
      switch (step_) {
        case Step::kBegin:
          if (state_->is_writing) {
            step_ = Step::kHasTurn;
            state_->someone_waits = true;
            state_->turn.async_wait(std::move(self));
          } else {
            state_->is_writing = true;
            write(self);
          }
          return;
        case Step::kHasTurn:
          write(self);
          return;
        case Step::kWritten:
          end(self, error, size);
          return;
        case Step::kRefused:
          end(self, boost::asio::error::operation_aborted, 0);
          return;
      }
    }

   private:
    enum class Step { kBegin, kHasTurn, kWritten, kRefused };

    /// Asio's own condition for "all" asks for 64 KiB at a time.
    struct AllAtOnce {
      std::size_t operator()(const ErrorCode& error, std::size_t /*so_far*/) const {
        return error ? 0 : std::numeric_limits<std::size_t>::max();
      }
    };

    bool begins_with_a_close_frame() const {
      constexpr std::uint8_t kClose = 0x88;  // RFC 6455, section 5.2: the last fragment, opcode 8
      const auto first = boost::asio::buffers_begin(buffers_);
      return first != boost::asio::buffers_end(buffers_) &&
             static_cast<std::uint8_t>(*first) == kClose;
    }

    template <class Self>
    void write(Self& self) {
      if (is_ours_ && state_->close_has_left) {
        // A handler may not be called before the call that it was given to has returned.
        step_ = Step::kRefused;
        boost::asio::post(std::move(self));
        return;
      }
      state_->close_has_left |= !is_ours_ && begins_with_a_close_frame();
      step_ = Step::kWritten;
      // Copied, for they are moved along with `self`.
      const ConstBuffers buffers = buffers_;
      boost::asio::async_write(state_->next, buffers, AllAtOnce(), std::move(self));
    }

    template <class Self>
    void end(Self& self, ErrorCode error, std::size_t size) {
      // The turn is handed over, not given up, so that nobody overtakes who has waited.
      if (std::exchange(state_->someone_waits, false)) {
        state_->turn.cancel();
      } else {
        state_->is_writing = false;
      }
      self.complete(error, size);
    }

    std::shared_ptr<State> state_;
    ConstBuffers buffers_;
    bool is_ours_;
    Step step_ = Step::kBegin;
  };

  template <class ConstBuffers, class Token>
  auto async_write_whole(const ConstBuffers& buffers, bool is_ours, Token&& token) {
    return boost::asio::async_compose<Token, void(ErrorCode, std::size_t)>(
        Write<ConstBuffers>(state_, buffers, is_ours), token, state_->next);
  }

  std::shared_ptr<State> state_;
};

}  // namespace freshframe
