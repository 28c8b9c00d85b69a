#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace freshframe {

/// What a client's message was before permessage-deflate, if that was at work.
enum class Deflated : std::uint8_t { kNot, kText, kBinary };

/// Lets a reader of WebSocket frames that knows no permessage-deflate hand over compressed messages
/// as they are: walks with the client's bytes before that reader sees them, clears the mark of
/// compression in a message's first frame (RSV1, RFC 7692, section 6), and calls compressed text
/// binary, for no reader may check it for UTF-8. Remembers which messages that befell.
///
/// All else is left for the reader to refuse, a mark of compression where none may be included.
/// Once it has refused something, what this tells has no meaning.
class DeflatedMessages {
 public:
  /// The next bytes of the client, as they came, however they are cut.
  void pass(std::span<std::uint8_t> bytes);

  /// How the next message, in the order in which they began, was compressed. The frame that it
  /// begins with has been passed.
  Deflated take_deflated();

 private:
  void begin_frame(std::uint8_t& first_byte);
  /// By how many bytes the header's length is written behind its first two.
  std::size_t length_bytes() const;
  std::size_t header_size() const;
  std::uint64_t payload_size() const;

  /// As much of a frame's header as came. Source: RFC 6455, section 5.2.
  std::array<std::uint8_t, 14> header_{};
  std::size_t header_bytes_ = 0;
  std::uint64_t payload_left_ = 0;
  /// One for each message that began and was not asked for; no more than fit into one read.
  std::vector<Deflated> deflated_;
};

}  // namespace freshframe
