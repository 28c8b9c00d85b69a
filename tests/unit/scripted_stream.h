#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/role.hpp>

namespace freshframe {

/// The peer's end and the faults of a ScriptedStream, as a test sees and sets them.
struct StreamScript {
  explicit StreamScript(boost::asio::io_context& event_loop) : loop(event_loop) {}

  /// Lets the stream's owner read `bytes`.
  void feed(std::string_view bytes) {
    input += bytes;
    wake_reader();
  }

  /// Lets a held write end.
  void let_write_end() {
    if (auto end = std::exchange(held_write, nullptr)) {
      end();
    }
  }

  void close() {
    is_closed = true;
    wake_reader();
    let_write_end();
  }

  boost::asio::io_context& loop;
  std::string input;
  std::string output;
  bool is_closed = false;

  /// A write that would go over this place in the output takes the bytes up to it only.
  std::size_t cut_at = std::numeric_limits<std::size_t>::max();
  /// The operation, from 0, that fails, and all after it.
  std::size_t fails_at = std::numeric_limits<std::size_t>::max();
  std::size_t operations = 0;
  std::size_t writes = 0;
  /// Is told the number of each write, from 0, as it begins.
  std::function<void(std::size_t)> on_write = [](std::size_t) {};
  bool holds_writes = false;
  /// Refuses what wants to be written at once, so that it is written in the time to come.
  bool takes_nothing_at_once = false;

  void wake_reader() {
    if (auto reader = std::exchange(waiting_reader, nullptr)) {
      reader();
    }
  }
  std::function<void()> waiting_reader;
  std::function<void()> held_write;
};

/// A stream below a WebSocket whose other end is a StreamScript.
class ScriptedStream {
 public:
  using executor_type = boost::asio::io_context::executor_type;
  using lowest_layer_type = ScriptedStream;  // of a TLS stream above
  using ErrorCode = boost::beast::error_code;

  explicit ScriptedStream(StreamScript& script) : script_(&script) {}

  executor_type get_executor() const { return script_->loop.get_executor(); }
  lowest_layer_type& lowest_layer() { return *this; }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(ErrorCode, std::size_t)>(
        [script = script_, buffers](auto handler) {
          auto shared = std::make_shared<decltype(handler)>(std::move(handler));
          const bool fails = script->operations++ >= script->fails_at;
          auto read = [script, buffers, shared, fails] {
            const std::size_t size =
                fails ? 0 : boost::asio::buffer_copy(buffers, boost::asio::buffer(script->input));
            script->input.erase(0, size);
            complete(*script, shared, fails || script->is_closed, size);
          };
          // Asio's TLS stream reads nothing in order to have a handler called later.
          const bool wants_bytes = boost::asio::buffer_size(buffers) > 0;
          if (script->input.empty() && !fails && !script->is_closed && wants_bytes) {
            script->waiting_reader = read;
          } else {
            read();
          }
        },
        token);
  }

  /// As that of a non-blocking socket.
  template <class Buffers>
  std::size_t write_some(const Buffers& buffers, ErrorCode& error) {
    if (script_->takes_nothing_at_once) {
      error = boost::asio::error::would_block;
      return 0;
    }
    const Taken taken = take(*script_, buffers);
    error = taken.fails ? boost::asio::error::connection_reset : ErrorCode();
    return taken.size;
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(ErrorCode, std::size_t)>(
        [script = script_, buffers](auto handler) {
          auto shared = std::make_shared<decltype(handler)>(std::move(handler));
          const Taken taken = take(*script, buffers);
          auto end = [script, shared, taken] {
            complete(*script, shared, taken.fails || (script->holds_writes && script->is_closed),
                     taken.size);
          };
          if (script->holds_writes && !taken.fails) {
            script->held_write = end;
          } else {
            end();
          }
        },
        token);
  }

  friend void beast_close_socket(ScriptedStream& stream) { stream.script_->close(); }

  template <class Handler>
  friend void async_teardown(boost::beast::role_type /*role*/, ScriptedStream& stream,
                             Handler&& handler) {
    boost::asio::post(stream.get_executor(), [handler = std::forward<Handler>(handler)]() mutable {
      handler(ErrorCode());
    });
  }

 private:
  struct Taken {
    bool fails;
    std::size_t size;
  };

  template <class Buffers>
  static Taken take(StreamScript& script, const Buffers& buffers) {
    const bool fails = script.operations++ >= script.fails_at || script.is_closed;
    script.on_write(script.writes++);
    std::string bytes = fails ? std::string() : boost::beast::buffers_to_string(buffers);
    if (script.output.size() < script.cut_at) {
      bytes.resize(std::min(bytes.size(), script.cut_at - script.output.size()));
    }
    script.output += bytes;
    return {fails, bytes.size()};
  }

  template <class SharedHandler>
  static void complete(StreamScript& script, SharedHandler handler, bool fails, std::size_t size) {
    const ErrorCode error = fails ? boost::asio::error::connection_reset : ErrorCode();
    boost::asio::post(script.loop, [handler, error, size] { (*handler)(error, size); });
  }

  StreamScript* script_;
};

}  // namespace freshframe
