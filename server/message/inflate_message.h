#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

namespace freshframe {

enum class InflateError {
  /// It is not DEFLATE, or it does not end where the message does.
  kCorrupt,
  /// It has more bytes than are taken.
  kTooLarge,
  /// It has more bytes than are even counted; the rest was not looked at.
  kFarTooLarge,
};

/// Undoes permessage-deflate for one whole message that refers to none before it (RFC 7692, section
/// 7.2.2). Keeps `most_taken` bytes and inflates little more than `most_counted`, whatever the
/// message would become: both time and memory are bounded by these and by its own size.
///
/// Beast could inflate as it reads, but does so wrongly (its issue 3028, in 1.81 and 1.83: a
/// message larger than the buffer it is read into may spoil the next), fails without a close frame,
/// takes no final block (its issue 923), and keeps 13 KB and the window for each client, 32 KiB
/// once used.
///
/// Thread-safe.
boost::system::result<std::string, InflateError> inflate_message(std::string_view deflated,
                                                                 std::size_t most_taken,
                                                                 std::size_t most_counted);

}  // namespace freshframe
