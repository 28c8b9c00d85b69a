#pragma once

#include <zlib.h>

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

namespace freshframe {

/// One side of a connection that inflates its messages, as RFC 7692, 7.2.2 says, by zlib. The
/// context is kept from one message to the next.
class Inflater {
 public:
  /// The window has 2^`window_bits` bytes; 8 to 15.
  explicit Inflater(int window_bits) {
    if (inflateInit2(&stream_, -window_bits) != Z_OK) {
      throw std::runtime_error("zlib cannot inflate with this window");
    }
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  /// Throws when zlib refuses the message or sees its end somewhere else than here.
  std::string message(std::string_view payload) {
    std::string deflated(payload);
    deflated.append("\0\0\xFF\xFF", 4);
    stream_.next_in = reinterpret_cast<Bytef*>(deflated.data());
    stream_.avail_in = static_cast<uInt>(deflated.size());
    std::string text;
    std::array<char, 4096> piece{};
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream_.avail_out = static_cast<uInt>(piece.size());
      const int result = inflate(&stream_, Z_SYNC_FLUSH);
      if (result != Z_OK && result != Z_BUF_ERROR) {
        throw std::runtime_error(stream_.msg != nullptr ? stream_.msg : "it ended the stream");
      }
      text.append(piece.data(), piece.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
    if (stream_.avail_in != 0) {
      throw std::runtime_error("there are bytes behind the message");
    }
    // Between blocks, and at a whole byte: zlib.h, inflate(), data_type.
    if ((stream_.data_type & 0xFF) != 128) {
      throw std::runtime_error("it ends within a block");
    }
    return text;
  }

 private:
  z_stream stream_{};
};

}  // namespace freshframe
