#pragma once

#include <chrono>

namespace freshframe {

/// The round trip to a TCP socket's peer as the kernel has measured it lately, at its best; 0 when
/// it does not tell. A proxy between ends it. `socket` is its file descriptor. Source: tcp(7),
/// TCP_INFO.
std::chrono::microseconds round_trip_to_peer(int socket);

}  // namespace freshframe
