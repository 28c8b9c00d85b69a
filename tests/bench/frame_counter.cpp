#include "frame_counter.h"

#include <algorithm>
#include <string_view>

#include "web_socket_bytes.h"

namespace freshframe::bench {

namespace {

constexpr std::size_t kShortHeaderBytes = 2;
// What the length's 7 bits say when the length follows in 2 or in 8 bytes.
constexpr unsigned kTwoByteLength = 126;
constexpr unsigned kEightByteLength = 127;

}  // namespace

void FrameCounter::read(std::string_view bytes) {
  while (!bytes.empty()) {
    if (payload_left_ > 0) {
      const std::size_t count =
          static_cast<std::size_t>(std::min<std::uint64_t>(payload_left_, bytes.size()));
      bytes.remove_prefix(count);
      dropped(count);
    } else if (is_upgraded_) {
      read_header(bytes);
    } else {
      read_upgrade_response(bytes);
    }
  }
}

void FrameCounter::dropped(std::uint64_t count) {
  payload_left_ -= count;
  if (payload_left_ == 0 && is_picture_) {
    ++pictures_;
  }
}

void FrameCounter::read_upgrade_response(std::string_view& bytes) {
  while (!bytes.empty() && !is_upgraded_) {
    header_.push_back(bytes.front());
    bytes.remove_prefix(1);
    is_upgraded_ = header_.ends_with(kEndOfHeader);
  }
  if (is_upgraded_) {
    was_refused_ = !header_.starts_with("HTTP/1.1 101 ");
    header_.clear();
  }
}

void FrameCounter::read_header(std::string_view& bytes) {
  const auto byte = [this](std::size_t at) { return static_cast<unsigned char>(header_[at]); };
  header_.push_back(bytes.front());
  bytes.remove_prefix(1);
  if (header_.size() < kShortHeaderBytes) {
    return;
  }
  const unsigned short_length = byte(1) & 0x7f;
  const std::size_t length_bytes = short_length == kEightByteLength ? 8
                                   : short_length == kTwoByteLength ? 2
                                                                    : 0;
  if (header_.size() < kShortHeaderBytes + length_bytes) {
    return;
  }
  payload_left_ = length_bytes == 0 ? short_length : 0;
  for (std::size_t i = 0; i < length_bytes; ++i) {
    payload_left_ = payload_left_ << 8 | byte(kShortHeaderBytes + i);
  }
  is_picture_ = length_bytes == 8;
  header_.clear();
}

}  // namespace freshframe::bench
