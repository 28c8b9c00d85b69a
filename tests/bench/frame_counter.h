#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace freshframe::bench {

/// Follows what a WebSocket server sends, by its headers alone, and counts the pictures: the
/// messages of 64 KiB and more. Source: RFC 6455, section 5.2.
class FrameCounter {
 public:
  /// Takes bytes that were read.
  void read(std::string_view bytes);

  /// How many bytes come before the next header; they need not be read, only dropped.
  std::uint64_t can_be_dropped() const { return payload_left_; }
  /// Tells that `count` of those were dropped.
  void dropped(std::uint64_t count);

  std::uint64_t pictures() const { return pictures_; }
  bool was_refused() const { return was_refused_; }

 private:
  void read_upgrade_response(std::string_view& bytes);
  void read_header(std::string_view& bytes);

  bool is_upgraded_ = false;
  bool was_refused_ = false;
  // Of the upgrade's response or of a message, as far as it has come.
  std::string header_;
  std::uint64_t payload_left_ = 0;
  bool is_picture_ = false;
  std::uint64_t pictures_ = 0;
};

}  // namespace freshframe::bench
