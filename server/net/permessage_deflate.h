#pragma once

#include <optional>
#include <string>

#include <boost/system/result.hpp>

#include "net/http_types.h"

namespace freshframe {

/// What this server and one client have agreed on about compressed messages. Each message may then
/// be compressed or not, as its first frame says. The client's are compressed each for itself.
/// Source: RFC 7692, section 7.
struct DeflateAgreement {
  /// What the client asked of our messages: no reference to the message before, or none further
  /// back than 2 to the power of this many bytes.
  bool server_no_context_takeover = false;
  std::optional<int> server_max_window_bits;

  /// The answer's Sec-WebSocket-Extensions.
  std::string header_value() const;
};

/// What is wrong with a whole Sec-WebSocket-Extensions, which ends the handshake. An offer that is
/// merely not acceptable is passed over.
enum class ExtensionsError {
  /// It is not what RFC 6455, section 9.1, says; the handshake must fail then.
  kMalformed,
  /// It has more than 1024 bytes or 16 extensions.
  kTooLong,
};

/// Answers the client's offers of permessage-deflate, of which the first acceptable one counts, in
/// the client's order. Empty when there is none. Names are compared letter for letter, for neither
/// RFC says otherwise and clients look for what they wrote in the answer.
///
/// client_max_window_bits, a hint that a server may pass over, must be valid and is not answered: a
/// client's message is inflated by itself and forgotten, so that its window costs nothing.
///
/// Thread-safe.
boost::system::result<std::optional<DeflateAgreement>, ExtensionsError> agree_on_deflate(
    const HttpRequest& upgrade);

}  // namespace freshframe
