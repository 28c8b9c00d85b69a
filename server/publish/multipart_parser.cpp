#include "publish/multipart_parser.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <utility>

#include <boost/beast/core/string.hpp>

namespace freshframe {

namespace {

// RFC 2046, section 5.1.1: 70 and two hyphens; with room for senders that take more.
constexpr std::size_t kMostBoundaryBytes = 200;
constexpr std::size_t kMostHeaderBytes = 4096;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

/// Space may stand behind it, and hyphens where it is the last.
bool ends_a_boundary(char letter) {
  return letter == '\r' || letter == '\n' || letter == '-' || letter == ' ' || letter == '\t';
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

std::optional<UnixTime> captured_of(std::string_view header_value) {
  constexpr std::uint64_t kMost = (std::uint64_t{1} << 53) - 1;
  const auto number = whole_number(trimmed(header_value));
  if (!number || *number > kMost) {
    return std::nullopt;
  }
  return UnixTime{std::chrono::microseconds{static_cast<std::int64_t>(*number)}};
}

bool MultipartParser::add(std::string_view bytes) {
  while (!bytes.empty()) {
    switch (state_) {
      case State::kLine:
        if (!take_line(bytes)) {
          return false;
        }
        break;
      case State::kCountedBody:
        take_counted_body(bytes);
        break;
      case State::kBody:
        take_body(bytes);
        break;
      case State::kEpilogue:
        return true;
    }
  }
  return true;
}

bool MultipartParser::take_line(std::string_view& bytes) {
  const std::size_t end = bytes.find('\n');
  const std::string_view piece = bytes.substr(0, end);
  line_ += piece;
  line_bytes_ += std::min(piece.size() + 1, bytes.size());  // with its end, when that is here
  if (line_bytes_ > kMostHeaderBytes) {
    return false;
  }
  if (end == std::string_view::npos) {
    bytes = {};
    return true;
  }
  bytes.remove_prefix(end + 1);
  const std::string line = std::exchange(line_, {});
  return read_line(trimmed(line));
}

bool MultipartParser::read_line(std::string_view line) {
  if (!is_in_header_) {
    if (is_boundary(line)) {
      is_in_header_ = true;
    }
    return true;
  }
  if (line.empty()) {
    begin_body();
  } else {
    read_header(line);
  }
  return true;
}

bool MultipartParser::is_boundary(std::string_view line) {
  if (boundary_.empty()) {
    if (!line.starts_with("--") || line.size() < 3 || line.size() > kMostBoundaryBytes) {
      return false;
    }
    boundary_ = line;
    return true;
  }
  if (line.starts_with(boundary_) && line.substr(boundary_.size()) == "--") {
    state_ = State::kEpilogue;
    return false;
  }
  return line == boundary_;
}

void MultipartParser::read_header(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    return;
  }
  const std::string_view name = trimmed(line.substr(0, colon));
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (boost::beast::iequals(name, "content-length")) {
    length_ = whole_number(value);
  } else if (boost::beast::iequals(name, "x-captured-us")) {
    part_.captured = captured_of(value);
  }
}

void MultipartParser::begin_body() {
  is_in_header_ = false;
  line_bytes_ = 0;
  left_ = length_.value_or(0);
  state_ = length_ ? State::kCountedBody : State::kBody;
  part_.body.reserve(std::min(left_, most_part_bytes_));
  if (length_ == std::size_t{0}) {
    end_part();
  }
}

void MultipartParser::take_counted_body(std::string_view& bytes) {
  const std::string_view piece = bytes.substr(0, left_);
  append(piece);
  left_ -= piece.size();
  bytes.remove_prefix(piece.size());
  if (left_ == 0) {
    end_part();
  }
}

void MultipartParser::take_body(std::string_view& bytes) {
  // What has come is searched together with the end of what came before: a boundary may be cut.
  const std::string delimiter = "\n" + boundary_;
  std::string& body = part_.body;
  const std::size_t before = body.size();
  body += bytes;
  if (before <= boundary_.size() && body.size() > boundary_.size() && body.starts_with(boundary_) &&
      ends_a_boundary(body[boundary_.size()])) {
    // Without a body, the end of line before the boundary is the header's own.
    line_ = boundary_;
    bytes.remove_prefix(boundary_.size() - before);
    body.clear();
    end_part();
    return;
  }
  // The letter behind a boundary tells whether it is one, or only begins like it.
  const std::size_t from = before - std::min(before, delimiter.size());
  std::size_t found = body.find(delimiter, from);
  while (found != std::string::npos && found + delimiter.size() < body.size() &&
         !ends_a_boundary(body[found + delimiter.size()])) {
    found = body.find(delimiter, found + 1);
  }
  if (found == std::string::npos || found + delimiter.size() == body.size()) {
    bytes = {};
    // As much as may still belong to a boundary and the line end before it.
    const std::size_t undecided = delimiter.size() + 1;
    if (body.size() > most_part_bytes_ + undecided) {
      part_.is_too_large = true;
      body.erase(0, body.size() - undecided);
    }
    return;
  }
  // The boundary is read as a line: what of it came before, and then what follows.
  line_ = body.substr(found + 1, delimiter.size() - 1);
  bytes.remove_prefix(found + delimiter.size() - before);
  const bool is_behind_a_return = found > 0 && body[found - 1] == '\r';
  body.resize(found - (is_behind_a_return ? 1 : 0));
  end_part();
}

void MultipartParser::append(std::string_view bytes) {
  if (part_.body.size() + bytes.size() > most_part_bytes_) {
    part_.is_too_large = true;
    part_.body = {};
  } else if (!part_.is_too_large) {
    part_.body += bytes;
  }
}

void MultipartParser::end_part() {
  state_ = State::kLine;
  length_.reset();
  Part part = std::exchange(part_, {});
  part.is_too_large = part.is_too_large || part.body.size() > most_part_bytes_;
  if (part.is_too_large) {
    part.body = {};
  }
  on_part_(std::move(part));
}

}  // namespace freshframe
