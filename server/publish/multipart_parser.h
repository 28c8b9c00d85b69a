#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/unix_time.h"

namespace freshframe {

/// Takes a multipart/x-mixed-replace body apart as it comes, however it is cut.
///
/// The boundary is what the body's first line says that begins with two hyphens: senders that get
/// it wrong in Content-Type, with hyphens too many or too few, are many. A part ends after its
/// Content-Length, or before the next boundary when it has none. Lines may end in LF alone.
/// Source: RFC 2046, section 5.1.
///
/// Thread: one at a time.
class MultipartParser {
 public:
  struct Part {
    std::string body;
    /// From its header X-Captured-Us.
    std::optional<UnixTime> captured;
    /// It had more bytes than are taken, and none of them was kept.
    bool is_too_large = false;
  };

  MultipartParser(std::size_t most_part_bytes, std::function<void(Part)> on_part)
      : most_part_bytes_(most_part_bytes), on_part_(std::move(on_part)) {}

  /// The next bytes of the body. False when it is no multipart body; what has come before counts,
  /// and nothing more may be added.
  bool add(std::string_view bytes);

  /// The last boundary has come, and what comes behind it is left alone.
  bool has_ended() const { return state_ == State::kEpilogue; }

 private:
  enum class State { kLine, kCountedBody, kBody, kEpilogue };

  bool take_line(std::string_view& bytes);
  bool read_line(std::string_view line);
  bool is_boundary(std::string_view line);
  void read_header(std::string_view line);
  void begin_body();
  void take_counted_body(std::string_view& bytes);
  void take_body(std::string_view& bytes);
  void append(std::string_view bytes);
  void end_part();

  const std::size_t most_part_bytes_;
  const std::function<void(Part)> on_part_;
  State state_ = State::kLine;
  /// With its hyphens; empty before the first.
  std::string boundary_;
  /// The lines of a part's header come now, and else what is between two parts.
  bool is_in_header_ = false;
  std::string line_;
  /// Of all lines since the last part.
  std::size_t line_bytes_ = 0;
  std::optional<std::size_t> length_;
  std::size_t left_ = 0;
  Part part_;
};

/// The time that a header X-Captured-Us tells; empty when it is no whole number from 0 to 2^53 - 1.
std::optional<UnixTime> captured_of(std::string_view header_value);

}  // namespace freshframe
