#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/beast/core/error.hpp>
#include <boost/beast/zlib/deflate_stream.hpp>

namespace freshframe {

inline std::string deflate(std::string_view message, int level, boost::beast::zlib::Flush flush) {
  namespace zlib = boost::beast::zlib;
  zlib::deflate_stream deflater;
  deflater.reset(level, 15, 8, zlib::Strategy::normal);
  std::string bytes(deflater.upper_bound(message.size()) + 64, '\0');
  zlib::z_params io;
  io.next_in = message.data();
  io.avail_in = message.size();
  io.next_out = bytes.data();
  io.avail_out = bytes.size();
  boost::beast::error_code error;
  deflater.write(io, flush, error);
  bytes.resize(bytes.size() - io.avail_out);
  return bytes;
}

/// A message's payload as a client compresses it: RFC 7692, section 7.2.1.
inline std::string deflated(std::string_view message, int level = 6) {
  std::string bytes = deflate(message, level, boost::beast::zlib::Flush::sync);
  constexpr std::size_t kTail = 4;
  bytes.resize(bytes.size() - kTail);
  return bytes;
}

/// A message whose last block is marked as final. Something must follow, a byte of 0 at the least:
/// RFC 7692, section 7.2.3.4.
inline std::string deflated_as_final(std::string_view message) {
  return deflate(message, 6, boost::beast::zlib::Flush::finish);
}

/// A frame that begins with `first_byte`, masked as a client's must be.
inline std::string client_frame(unsigned first_byte, std::string_view payload) {
  std::string frame{static_cast<char>(first_byte)};
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80 | payload.size());
  } else {
    const bool is_long = payload.size() > 0xFFFF;
    frame += static_cast<char>(is_long ? 0xFF : 0xFE);
    for (int shift = is_long ? 56 : 8; shift >= 0; shift -= 8) {
      frame += static_cast<char>(static_cast<std::uint64_t>(payload.size()) >> shift);
    }
  }
  constexpr std::string_view kMask = "\x12\xC1\x7F\x88";
  frame += kMask;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    frame += static_cast<char>(payload[i] ^ kMask[i % kMask.size()]);
  }
  return frame;
}

}  // namespace freshframe
