#include "net/socket_bounds.h"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <optional>

namespace freshframe {

namespace {

// Bytes the kernel takes beyond what is on its way: enough to keep a fast wire busy between two
// wake-ups of ours, a fraction of a frame otherwise. tcp(7) and Documentation/networking/ip-sysctl.
constexpr int kNotSentLowWaterBytes = 16 * 1024;

// All that one peer may make the kernel hold, what is on its way included: one round trip of 100 ms
// at 40 Mbit/s. The kernel doubles it for its own book-keeping: socket(7).
constexpr int kSendBufferBytes = 512 * 1024;

// How long sent bytes may stay unacknowledged before the connection is given up.
constexpr std::chrono::milliseconds kUnacknowledgedTimeout{10'000};

void set(int socket, int level, int option, int value) {
  // Without the bound the peer is still served; there is nothing better to do than go on.
  static_cast<void>(::setsockopt(socket, level, option, &value, sizeof(value)));
}

// Whether the kernel grants the whole send buffer: it cuts down to net.core.wmem_max, 208 KiB where
// nobody has changed that, what somebody asks for, without a word.
bool is_send_buffer_granted() {
  // Not asked of a viewer's socket, for once it was set the kernel never again fits a buffer to its
  // path; and not read from /proc, which a container need not have.
  static std::optional<bool> answer;
  if (!answer) {
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0) {
      return false;  // out of files for now; asked again for the next viewer
    }
    set(probe, SOL_SOCKET, SO_SNDBUF, kSendBufferBytes);
    int doubled_bytes = 0;
    socklen_t size = sizeof(doubled_bytes);
    static_cast<void>(::getsockopt(probe, SOL_SOCKET, SO_SNDBUF, &doubled_bytes, &size));
    ::close(probe);
    answer = doubled_bytes >= 2 * kSendBufferBytes;
  }
  return *answer;
}

}  // namespace

void bound_kernel_memory(boost::asio::ip::tcp::socket& socket) {
  const int handle = socket.native_handle();
  set(handle, IPPROTO_TCP, TCP_NODELAY, 1);
  set(handle, IPPROTO_TCP, TCP_NOTSENT_LOWAT, kNotSentLowWaterBytes);
  // Half of it would be too little for a long fast path. The kernel's own size is what the path was
  // seen to carry, up to net.ipv4.tcp_wmem's 4 MiB; the low-water mark bounds what waits unsent.
  if (is_send_buffer_granted()) {
    set(handle, SOL_SOCKET, SO_SNDBUF, kSendBufferBytes);
  }
  set(handle, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(kUnacknowledgedTimeout.count()));
}

}  // namespace freshframe
