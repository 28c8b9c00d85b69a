#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include "net/frame_header.h"
#include "net/prebuilt_frame_stream.h"

namespace freshframe {

inline constexpr std::string_view kHandshake =
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
inline constexpr std::string_view kEndOfHead = "\r\n\r\n";

/// A client's control frame. Masked with zeros, which leaves the bytes as they are.
inline std::string from_client(std::uint8_t opcode, const std::string& payload) {
  return std::string{static_cast<char>(0x80 | opcode), static_cast<char>(0x80 | payload.size())} +
         std::string(4, '\0') + payload;
}

inline std::string a_ping(const std::string& payload) {
  return from_client(0x9, payload);
}

inline std::string a_close() {
  return from_client(0x8, "\x03\xe8");
}

/// A frame of ours in short: "text xxx".
inline std::string text(const std::string& payload) {
  return "text " + payload;
}

/// What a client makes of the server's bytes, frame by frame: "text PAYLOAD", "pong PAYLOAD",
/// "close"; "cut" at the end when the last one, or the handshake, is not whole, and "wrong" for
/// what is no frame that a server may send.
inline std::vector<std::string> read_frames(std::string_view bytes) {
  const std::size_t end_of_head = bytes.find(kEndOfHead);
  if (end_of_head == std::string_view::npos) {
    return {"cut"};
  }
  bytes.remove_prefix(end_of_head + kEndOfHead.size());
  std::vector<std::string> frames;
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  while (!bytes.empty()) {
    if (bytes.size() < 2 || (byte(1) == 126 && bytes.size() < 4)) {
      frames.emplace_back("cut");
      break;
    }
    const bool is_long = byte(1) == 126;
    const std::size_t head = is_long ? 4 : 2;
    const std::size_t size = is_long ? byte(2) * 256u + byte(3) : byte(1);
    if (bytes.size() < head + size) {
      frames.emplace_back("cut");
      break;
    }
    const std::string payload(bytes.substr(head, size));
    switch (byte(0)) {
      case 0x81:
        frames.push_back(text(payload));
        break;
      case 0x8A:
        frames.push_back("pong " + payload);
        break;
      case 0x88:
        frames.emplace_back("close");
        break;
      default:
        frames.emplace_back("wrong");
        return frames;
    }
    bytes.remove_prefix(head + size);
  }
  return frames;
}

/// A server's end of a WebSocket that sends messages of ours, one after the other, while Beast
/// answers the client's pings and its close. `NextLayer` is what PrebuiltFrameStream stands on.
template <class NextLayer>
class Conversation {
 public:
  explicit Conversation(NextLayer next) : socket_(std::make_unique<Socket>(std::move(next))) {
    ++pending_;
    socket_->async_accept([this](ErrorCode error) {
      --pending_;
      is_accepted_ = !error;
      if (is_accepted_) {
        read();
        write();
      }
    });
  }

  void say(std::vector<std::string> messages) {
    messages_ = std::move(messages);
    if (is_accepted_) {
      write();
    }
  }

  void destroy() { socket_.reset(); }

  bool is_accepted_ = false;
  /// Calls whose handler has not been called.
  int pending_ = 0;
  std::optional<boost::beast::error_code> write_error_;
  std::size_t written_ = 0;
  std::size_t written_at_once_ = 0;

 private:
  using ErrorCode = boost::beast::error_code;
  using Socket = boost::beast::websocket::stream<PrebuiltFrameStream<NextLayer>>;

  void read() {
    ++pending_;
    socket_->async_read(received_, [this](ErrorCode error, std::size_t) {
      --pending_;
      if (!error) {
        read();
      }
    });
  }

  void write() {
    while (written_ < messages_.size() && write_next()) {
      ++written_;
      ++written_at_once_;
    }
  }

  bool write_next() {
    const std::string& message = messages_[written_];
    header_.emplace(FrameHeader::Kind::kText, message.size());
    // In two parts, as the server's messages are.
    const std::string_view view = message;
    const std::array<boost::asio::const_buffer, 3> buffers{
        boost::asio::buffer(header_->view()), boost::asio::buffer(view.substr(0, view.size() / 2)),
        boost::asio::buffer(view.substr(view.size() / 2))};
    const bool has_left = socket_->next_layer().write_frame(buffers, [this](ErrorCode error) {
      --pending_;
      write_error_ = error;
      if (!error) {
        ++written_;
        write();
      }
    });
    pending_ += has_left ? 0 : 1;
    return has_left;
  }

  std::unique_ptr<Socket> socket_;
  boost::beast::flat_buffer received_;
  std::vector<std::string> messages_;
  std::optional<FrameHeader> header_;
};

}  // namespace freshframe
