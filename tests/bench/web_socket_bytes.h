#pragma once

#include <string>
#include <string_view>

namespace freshframe::bench {

/// The key and its answer that RFC 6455, section 1.3 gives as its example: with the key always the
/// same, the answer is too, and nobody here need compute it.
inline constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";
inline constexpr std::string_view kAnswerToKey = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

inline constexpr std::string_view kEndOfHeader = "\r\n\r\n";

inline std::string upgrade_request(std::string_view target, bool offers_deflate) {
  return "GET " + std::string(target) +
         " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
         std::string(kKey) +
         (offers_deflate ? "\r\nSec-WebSocket-Extensions: permessage-deflate" : "") +
         std::string(kEndOfHeader);
}

inline std::string upgrade_response() {
  return "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Accept: " +
         std::string(kAnswerToKey) + std::string(kEndOfHeader);
}

/// `payload`, of at least 64 KiB, as one unmasked text message. Source: RFC 6455, section 5.2, and
/// for one that is deflated RFC 7692, section 6.
inline std::string large_text_message(std::string_view payload, bool is_deflated) {
  std::string message = is_deflated ? "\xc1\x7f" : "\x81\x7f";
  for (int shift = 56; shift >= 0; shift -= 8) {
    message.push_back(static_cast<char>(payload.size() >> shift & 0xff));
  }
  return message.append(payload);
}

}  // namespace freshframe::bench
