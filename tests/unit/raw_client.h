#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

namespace freshframe {

/// Sends bytes as they are and collects the answer.
class RawClient {
 public:
  explicit RawClient(boost::asio::ip::tcp::socket socket) : socket_(std::move(socket)) { read(); }

  void send(std::string bytes) {
    sent_ = std::move(bytes);
    boost::asio::async_write(socket_, boost::asio::buffer(sent_),
                             [this](boost::system::error_code error, std::size_t) {
                               if (error != boost::asio::error::operation_aborted) {
                                 sending_ended_with_ = error;
                               }
                             });
  }

  bool has(std::string_view text) const { return answer_.find(text) != std::string::npos; }

  std::string answer_;
  bool is_closed_ = false;
  std::optional<boost::system::error_code> sending_ended_with_;

 private:
  void read() {
    socket_.async_read_some(boost::asio::buffer(chunk_),
                            [this](boost::system::error_code error, std::size_t size) {
                              if (error == boost::asio::error::operation_aborted) {
                                return;  // *this is gone
                              }
                              if (error) {
                                is_closed_ = true;
                                return;
                              }
                              answer_.append(chunk_, size);
                              read();
                            });
  }

  boost::asio::ip::tcp::socket socket_;
  std::string sent_;
  char chunk_[4096];
};

}  // namespace freshframe
