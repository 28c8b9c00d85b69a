#include "base/round_trip.h"

// The kernel's own header, and so nothing of Asio's here: glibc's leaves out the smallest round
// trip, and the two cannot be used together.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <limits>

namespace freshframe {

std::chrono::microseconds round_trip_to_peer(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) {
    return {};
  }
  constexpr auto kNotKnown = std::numeric_limits<decltype(info.tcpi_min_rtt)>::max();
  const bool is_known = info.tcpi_min_rtt != 0 && info.tcpi_min_rtt != kNotKnown;
  return std::chrono::microseconds{is_known ? info.tcpi_min_rtt : info.tcpi_rtt};
}

}  // namespace freshframe
