#include "net/last_answer.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace freshframe {

namespace asio = boost::asio;

asio::awaitable<void> end_after_last_answer(Transport& stream, const Limits& limits) {
  co_await stream.end_sending();
  stream.expires_after(limits.leftover_time);
  std::array<std::byte, std::size_t{16} * 1024> leftover{};
  for (std::size_t left = limits.leftover_bytes; left > 0;) {
    const auto [error, size] = co_await stream.socket().async_read_some(
        asio::buffer(leftover.data(), std::min(left, leftover.size())),
        asio::as_tuple(asio::use_awaitable));
    if (error) {
      co_return;
    }
    left -= size;
  }
}

}  // namespace freshframe
