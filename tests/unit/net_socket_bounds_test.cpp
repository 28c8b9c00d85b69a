#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <fstream>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "net/socket_bounds.h"

namespace freshframe {
namespace {

namespace asio = boost::asio;

int option(asio::ip::tcp::socket& socket, int level, int name) {
  int value = -1;
  socklen_t size = sizeof(value);
  EXPECT_EQ(::getsockopt(socket.native_handle(), level, name, &value, &size), 0);
  return value;
}

int largest_send_buffer() {
  int bytes = 0;
  std::ifstream("/proc/sys/net/core/wmem_max") >> bytes;
  return bytes;
}

// The options are set without looking at the result, for a peer is served without them as well:
// only reading them back tells that the kernel took them.
TEST(SocketBoundsTest, TheKernelHasTakenEachBound) {
  asio::io_context loop;
  for (const auto& protocol : {asio::ip::tcp::v4(), asio::ip::tcp::v6()}) {
    asio::ip::tcp::socket socket(loop);
    boost::system::error_code error;
    socket.open(protocol, error);
    if (error) {
      continue;  // a machine without IPv6
    }
    const int kernels_own = option(socket, SOL_SOCKET, SO_SNDBUF);
    bound_kernel_memory(socket);
    EXPECT_EQ(option(socket, IPPROTO_TCP, TCP_NODELAY), 1);
    EXPECT_EQ(option(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT), 16 * 1024);
    EXPECT_EQ(option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT), 10'000);
    // socket(7): the kernel doubles the value for its own book-keeping. Where it would not grant it
    // whole, the buffer is left to the kernel.
    const bool is_granted = largest_send_buffer() >= 512 * 1024;
    EXPECT_EQ(option(socket, SOL_SOCKET, SO_SNDBUF), is_granted ? 2 * 512 * 1024 : kernels_own);
  }
}

}  // namespace
}  // namespace freshframe
