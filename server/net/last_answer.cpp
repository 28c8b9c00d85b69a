#include "net/last_answer.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace freshframe {

namespace asio = boost::asio;

asio::awaitable<void> end_after_last_answer(boost::beast::tcp_stream& stream,
                                            const Limits& limits) {
  boost::system::error_code ignored;
  stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  stream.expires_after(limits.leftover_time);
  std::array<std::byte, 4096> leftover{};
  for (std::size_t left = limits.leftover_bytes; left > 0;) {
    const auto [error, size] = co_await stream.async_read_some(
        asio::buffer(leftover.data(), std::min(left, leftover.size())),
        asio::as_tuple(asio::use_awaitable));
    if (error) {
      co_return;
    }
    left -= size;
  }
}

}  // namespace freshframe
