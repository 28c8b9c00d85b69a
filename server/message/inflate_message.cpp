#include "message/inflate_message.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <boost/beast/core/error.hpp>
#include <boost/beast/zlib/error.hpp>
#include <boost/beast/zlib/inflate_stream.hpp>
#include <boost/beast/zlib/zlib.hpp>

namespace freshframe {

namespace {

namespace zlib = boost::beast::zlib;

class MessageInflater {
 public:
  MessageInflater(std::size_t most_taken, std::size_t most_counted)
      : most_taken_(most_taken), most_counted_(most_counted) {}

  std::optional<InflateError> add(std::string_view deflated) {
    std::array<char, 4096> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): written first
    zlib::z_params io;
    io.next_in = deflated.data();
    io.avail_in = deflated.size();
    do {
      io.next_out = piece.data();
      io.avail_out = piece.size();
      boost::beast::error_code error;
      inflater_.write(io, zlib::Flush::sync, error);
      keep({piece.data(), piece.size() - io.avail_out});
      if (size_ > most_counted_) {
        return InflateError::kFarTooLarge;
      }
      if (error == zlib::error::need_buffers) {
        break;  // nothing was left to do
      }
      if (error == zlib::error::end_of_stream) {
        // A final block, behind which another stream may begin (RFC 7692, section 7.2.3.4), with a
        // byte perhaps that was read ahead. zlib's manual, inflate(), data_type: unused bits.
        constexpr int kUnusedBits = 63;
        const std::size_t ahead = static_cast<std::size_t>(io.data_type & kUnusedBits) / 8;
        io.next_in = static_cast<const char*>(io.next_in) - ahead;
        io.avail_in += ahead;
        inflater_.reset();
      } else if (error) {
        return InflateError::kCorrupt;
      }
      constexpr int kEndsABlock = 128;  // zlib's manual, inflate(), data_type
      ends_a_block_ = !error && (io.data_type & kEndsABlock) != 0;
    } while (io.avail_in > 0 || io.avail_out == 0);
    return std::nullopt;
  }

  bool ends_a_block() const { return ends_a_block_; }
  std::size_t size() const { return size_; }
  std::string take() { return std::move(text_); }

 private:
  void keep(std::string_view piece) {
    size_ += piece.size();
    text_ += piece.substr(0, most_taken_ - std::min(most_taken_, text_.size()));
  }

  const std::size_t most_taken_;
  const std::size_t most_counted_;
  zlib::inflate_stream inflater_;
  std::string text_;
  std::size_t size_ = 0;
  bool ends_a_block_ = false;
};

}  // namespace

boost::system::result<std::string, InflateError> inflate_message(std::string_view deflated,
                                                                 std::size_t most_taken,
                                                                 std::size_t most_counted) {
  // What the sender took away from the end of each message.
  constexpr std::string_view kTail("\x00\x00\xff\xff", 4);
  MessageInflater inflater(most_taken, most_counted);
  for (const std::string_view part : {deflated, kTail}) {
    if (const auto error = inflater.add(part)) {
      return *error;
    }
  }
  if (!inflater.ends_a_block()) {
    return InflateError::kCorrupt;
  }
  if (inflater.size() > most_taken) {
    return InflateError::kTooLarge;
  }
  return inflater.take();
}

}  // namespace freshframe
