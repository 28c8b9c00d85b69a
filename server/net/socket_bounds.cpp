#include "net/socket_bounds.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <chrono>

namespace freshframe {

namespace {

// Bytes the kernel takes beyond what is on its way: enough to keep a fast wire busy between two
// wake-ups of ours, a fraction of a frame otherwise. tcp(7) and Documentation/networking/ip-sysctl.
constexpr int kNotSentLowWaterBytes = 16 * 1024;

// All that one peer may make the kernel hold, what is on its way included: one round trip of 100 ms
// at 40 Mbit/s. The kernel doubles it for its own book-keeping and caps it at net.core.wmem_max.
constexpr int kSendBufferBytes = 512 * 1024;

// How long sent bytes may stay unacknowledged before the connection is given up.
constexpr std::chrono::milliseconds kUnacknowledgedTimeout{10'000};

void set(int socket, int level, int option, int value) {
  // Without the bound the peer is still served; there is nothing better to do than go on.
  static_cast<void>(::setsockopt(socket, level, option, &value, sizeof(value)));
}

}  // namespace

void bound_kernel_memory(boost::asio::ip::tcp::socket& socket) {
  const int handle = socket.native_handle();
  set(handle, IPPROTO_TCP, TCP_NODELAY, 1);
  set(handle, IPPROTO_TCP, TCP_NOTSENT_LOWAT, kNotSentLowWaterBytes);
  set(handle, SOL_SOCKET, SO_SNDBUF, kSendBufferBytes);
  set(handle, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(kUnacknowledgedTimeout.count()));
}

}  // namespace freshframe
