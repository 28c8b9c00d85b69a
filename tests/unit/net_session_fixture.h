#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <nlohmann/json.hpp>

#include "net_fixture.h"

namespace freshframe {

/// A viewer written with Beast's client half. It reads only when told to.
class Client {
 public:
  explicit Client(boost::asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

  void shake_hands(const std::string& authority, const std::string& target) {
    socket_.async_handshake(response_, authority, target, [this](boost::system::error_code error) {
      handshake_is_done_ = true;
      handshake_error_ = error;
    });
  }

  /// Reads on and on, and notes each message.
  void read_all() {
    socket_.async_read(buffer_, [this](boost::system::error_code error, std::size_t) {
      if (error == boost::asio::error::operation_aborted) {
        return;  // *this is gone
      }
      if (error) {
        end_ = error;
        return;
      }
      note(boost::beast::buffers_to_string(buffer_.data()));
      buffer_.clear();
      read_all();
    });
  }

  /// Sends bytes that are no message of Beast's.
  void send_raw(const std::string& bytes) {
    boost::asio::write(socket_.next_layer(), boost::asio::buffer(bytes));
  }

  /// Sends `text`, without waiting for what becomes of it.
  void say(std::string text) {
    said_.push_back(std::make_unique<std::string>(std::move(text)));
    if (said_.size() == 1) {
      write_next();
    }
  }

  /// What came, in short: "hello", "front live", "frame 7", "pong", "error not-json".
  bool has(const std::string& message) const {
    return std::find(messages_.begin(), messages_.end(), message) != messages_.end();
  }
  std::vector<std::string> frames() const {
    std::vector<std::string> found;
    std::copy_if(messages_.begin(), messages_.end(), std::back_inserter(found),
                 [](const std::string& message) { return message.starts_with("frame "); });
    return found;
  }

  /// The newest message of this type.
  const nlohmann::json& last_of(const std::string& type) const {
    return *std::find_if(whole_.rbegin(), whole_.rend(),
                         [&](const nlohmann::json& message) { return message["type"] == type; });
  }

  std::size_t count(const std::string& message) const {
    return static_cast<std::size_t>(std::count(messages_.begin(), messages_.end(), message));
  }

  void note(std::string message) {
    if (socket_.got_binary()) {
      const std::size_t length =
          static_cast<unsigned char>(message[2]) * 256u + static_cast<unsigned char>(message[3]);
      image_ = message.substr(4 + length);
      message = message.substr(4, length);
    }
    last_ = nlohmann::json::parse(message);
    whole_.push_back(last_);
    const std::string type = last_["type"];
    if (type == "frame") {
      messages_.push_back("frame " + last_["sequence"].dump());
    } else if (type == "status") {
      messages_.push_back(last_["camera"].get<std::string>() + " " +
                          last_["state"].get<std::string>());
    } else if (type == "error") {
      messages_.push_back("error " + last_["code"].get<std::string>());
    } else {
      messages_.push_back(type);
    }
  }

  void write_next() {
    socket_.async_write(boost::asio::buffer(*said_.front()),
                        [this](boost::system::error_code error, std::size_t) {
                          if (error) {
                            return;  // and *this may be gone
                          }
                          said_.erase(said_.begin());
                          if (!said_.empty()) {
                            write_next();
                          }
                        });
  }

  boost::beast::websocket::stream<boost::asio::ip::tcp::socket> socket_;
  std::vector<std::unique_ptr<std::string>> said_;
  nlohmann::json last_;
  std::string image_;
  boost::beast::websocket::response_type response_;
  boost::beast::flat_buffer buffer_;
  bool handshake_is_done_ = false;
  boost::system::error_code handshake_error_;
  boost::system::error_code end_;
  std::vector<std::string> messages_;
  /// The same, as they came.
  std::vector<nlohmann::json> whole_;
};

class SessionTest : public NetTest {
 protected:
  std::unique_ptr<Client> viewer(const std::string& target = "/ws") {
    auto client = std::make_unique<Client>(connected_socket());
    client->shake_hands(authority(), target);
    run_until([&] { return client->handshake_is_done_; });
    return client;
  }

  /// A viewer that reads and has been greeted, with `protocol` when that is not empty.
  std::unique_ptr<Client> reading_viewer(const std::string& target = "/ws",
                                         const std::string& protocol = {}) {
    auto client = std::make_unique<Client>(connected_socket());
    if (!protocol.empty()) {
      client->socket_.set_option(boost::beast::websocket::stream_base::decorator(
          [protocol](boost::beast::websocket::request_type& request) {
            request.set(boost::beast::http::field::sec_websocket_protocol, protocol);
          }));
    }
    client->shake_hands(authority(), target);
    run_until([&] { return client->handshake_is_done_; });
    client->read_all();
    run_until([&] { return client->has("hello"); });
    return client;
  }

  /// A viewer that compresses what it says, and reads. It is subscribed to nothing.
  std::unique_ptr<Client> compressing_viewer() {
    auto client = std::make_unique<Client>(connected_socket());
    boost::beast::websocket::permessage_deflate compressed;
    compressed.client_enable = true;
    client->socket_.set_option(compressed);
    client->shake_hands(authority(), "/ws?subscribe=none");
    run_until([&] { return client->handshake_is_done_; });
    client->read_all();
    return client;
  }

  /// Lets everything happen that can happen without waiting for a timer.
  void settle() {
    loop_.restart();
    while (loop_.poll() > 0) {
    }
  }
};

}  // namespace freshframe
