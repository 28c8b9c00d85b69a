#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "publish/publish_limits.h"

namespace freshframe {

/// What one peer may cost, and all of them together. The defaults are what the server runs with
/// unless it is told otherwise; tests make them smaller.
struct Limits {
  /// Open at once, viewers included.
  std::size_t connections = 256;
  /// Sessions and MJPEG streams.
  std::size_t viewers = 64;
  /// Of one IPv4 address or IPv6 /64. How those are counted: net/admission.h.
  std::size_t connections_per_address = 16;
  int new_connections_per_second = 20;
  /// Of one session. How those are counted: net/session_budget.h.
  int messages_per_second = 20;
  int pings_per_second = 10;
  /// A request's line and headers together.
  std::uint32_t header_bytes = 8 * 1024;
  /// A request's target: the path and the query.
  std::size_t target_bytes = 2048;
  std::size_t headers = 100;
  /// How long a request's header may take, and how long a connection may lie idle between two.
  std::chrono::milliseconds header_time{10'000};
  /// How long an HTTP answer, or one frame to a viewer, may take to leave; then the peer is let go.
  std::chrono::milliseconds write_time{10'000};
  /// A camera that somebody watches is ready when its last picture is not older than this.
  std::chrono::milliseconds ready_picture_age{5'000};
  /// How long a snapshot waits for its picture: a camera that nobody watched has to start first.
  std::chrono::milliseconds snapshot_time{5'000};
  /// A viewer that sends nothing is pinged after half of this, and let go after the whole.
  std::chrono::milliseconds silence_time{30'000};
  /// What is still read of a peer whose connection ends, and for how long, so that our last answer
  /// is not lost to the reset that closing on unread bytes sends. Source: RFC 9112, section 9.6.
  std::size_t leftover_bytes = std::size_t{64} * 1024 * 1024;
  std::chrono::milliseconds leftover_time{5'000};
  /// How long a closing handshake may take.
  std::chrono::milliseconds close_time{2'000};
  /// A message from a viewer; a larger one is answered with an error.
  std::size_t message_bytes = 4096;
  /// A message from a viewer that is larger than this ends its session with 1009.
  std::size_t refused_message_bytes = std::size_t{64} * 1024;
  /// A publisher's message, a request's image, a part of a stream of them.
  std::size_t published_bytes = kMostPublishedBytes;
  /// A publisher's message that is larger than this ends its session with 1009.
  std::size_t refused_published_bytes = std::size_t{64} * 1024 * 1024;
  /// How long nothing may come of an image that is being uploaded.
  std::chrono::milliseconds upload_silence_time{30'000};
  /// How long an image may take that is being uploaded, from its first byte to its last.
  std::chrono::milliseconds upload_time{60'000};
};

}  // namespace freshframe
