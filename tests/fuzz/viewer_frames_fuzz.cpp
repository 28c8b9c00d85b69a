#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "message/inflate_message.h"
#include "net/limits.h"
#include "net/prebuilt_frame_stream.h"

#include "../unit/scripted_stream.h"
#include "check.h"

namespace {

using boost::beast::error_code;
using freshframe::Deflated;
using freshframe::Limits;
using freshframe::PrebuiltFrameStream;
using freshframe::ScriptedStream;
using freshframe::StreamScript;

constexpr std::string_view kHandshake =
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// Reads messages as Session does.
class Reader {
 public:
  explicit Reader(StreamScript& script) : socket_(ScriptedStream(script)) {
    socket_.read_message_max(limits_.refused_message_bytes);
    socket_.async_accept([](error_code error) { check(!error); });
  }

  void read() {
    socket_.next_layer().expect_deflated_messages();
    read_some();
  }

  std::size_t messages_ = 0;

 private:
  void read_some() {
    const std::size_t room = limits_.message_bytes + 1 - message_.size();
    socket_.async_read_some(message_, room, [this](error_code error, std::size_t) {
      if (!error) {
        take();
        read_some();
      }
    });
  }

  void take() {
    if (message_.size() > limits_.message_bytes) {
      is_too_large_ = true;
      message_.clear();
    }
    if (!socket_.is_message_done()) {
      return;
    }
    ++messages_;
    if (socket_.next_layer().take_deflated() != Deflated::kNot) {
      check(socket_.got_binary());
      const std::string_view content(static_cast<const char*>(message_.cdata().data()),
                                     message_.size());
      const auto text = freshframe::inflate_message(content, limits_.message_bytes,
                                                    limits_.refused_message_bytes);
      check(!text || is_too_large_ || text->size() <= limits_.message_bytes);
    }
    message_.clear();
    is_too_large_ = false;
  }

  const Limits limits_;
  boost::beast::websocket::stream<PrebuiltFrameStream<ScriptedStream>> socket_;
  boost::beast::flat_buffer message_{limits_.message_bytes + 1};
  bool is_too_large_ = false;
};

/// How many messages are read of `frames` that come in pieces of `piece` bytes.
std::size_t messages_in(std::string_view frames, std::size_t piece) {
  boost::asio::io_context loop;
  StreamScript script(loop);
  Reader reader(script);
  const auto settle = [&] {
    loop.restart();
    loop.poll();
  };
  script.feed(kHandshake);
  settle();
  reader.read();
  while (!frames.empty()) {
    script.feed(frames.substr(0, piece));
    frames.remove_prefix(std::min(piece, frames.size()));
    settle();
  }
  script.close();
  settle();
  return reader.messages_;
}

}  // namespace

// A viewer's frames with and without compression, behind its handshake: Beast and DeflatedMessages
// never come to speak of different messages, however the bytes are cut. The first byte says how.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view frames(reinterpret_cast<const char*>(data) + 1, size - 1);
  check(messages_in(frames, size) == messages_in(frames, 1u + data[0]));
  return 0;
}
