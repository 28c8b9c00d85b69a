#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "check.h"

/// That a server's frames are as RFC 6455, section 5, wants them: not masked, lengths in their
/// shortest form, control frames short, nothing behind a close. The last one may be cut off, for
/// its peer may have gone.
inline void check_server_frames(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  bool has_closed = false;
  while (bytes.size() >= 2) {
    check(!has_closed);
    const unsigned opcode = byte(0) & 0x0F;
    check((byte(0) & 0x30) == 0 && (byte(0) & 0x80) != 0);
    check(opcode == 1 || opcode == 2 || (8 <= opcode && opcode <= 10));
    check((byte(0) & 0x40) == 0 || opcode == 1);
    check((byte(1) & 0x80) == 0);
    std::size_t length = byte(1);
    const std::size_t more = length == 126 ? 2 : length == 127 ? 8 : 0;
    check(opcode < 8 || more == 0);
    if (bytes.size() < 2 + more) {
      return;
    }
    if (more > 0) {
      length = 0;
      for (std::size_t i = 0; i < more; ++i) {
        length = length << 8 | byte(2 + i);
      }
      check(length >= (more == 2 ? 126u : 65536u));
    }
    if (bytes.size() - 2 - more < length) {
      return;
    }
    has_closed = opcode == 8;
    bytes.remove_prefix(2 + more + length);
  }
}

/// That all of a server's answer to a peer is HTTP, and frames behind a switch of protocols.
inline void check_server_said(std::string_view answer) {
  constexpr std::string_view kHttp = "HTTP/1.";
  check(answer.starts_with(kHttp.substr(0, answer.size())));
  const std::size_t upgrade = answer.find("HTTP/1.1 101 ");
  if (upgrade == std::string_view::npos) {
    return;
  }
  const std::size_t end = answer.find("\r\n\r\n", upgrade);
  if (end != std::string_view::npos) {
    check_server_frames(answer.substr(end + 4));
  }
}
