#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "publish/multipart_parser.h"

#include "check.h"

namespace {

using freshframe::MultipartParser;

// Small, so that parts are often too large.
constexpr std::size_t kMostPartBytes = 64;

struct Reading {
  std::vector<MultipartParser::Part> parts;
  bool is_multipart = true;
  bool has_ended = false;
};

/// What comes of `body` when it comes in pieces whose sizes are the bytes of `sizes`, in turn.
Reading read(std::string_view body, const std::vector<std::size_t>& sizes) {
  Reading reading;
  MultipartParser parser(kMostPartBytes, [&](MultipartParser::Part part) {
    reading.parts.push_back(std::move(part));
  });
  for (std::size_t i = 0; reading.is_multipart && !body.empty(); ++i) {
    // A copy of the exact size, so that AddressSanitizer sees a read behind it.
    const std::string_view piece = body.substr(0, sizes[i % sizes.size()]);
    const std::vector<char> copy(piece.begin(), piece.end());
    body.remove_prefix(piece.size());
    reading.is_multipart = parser.add({copy.data(), copy.size()});
  }
  reading.has_ended = parser.has_ended();
  return reading;
}

void check_part(const MultipartParser::Part& part) {
  check(part.body.size() <= kMostPartBytes);
  check(!part.is_too_large || part.body.empty());
  if (part.captured) {
    const auto time_us = part.captured->time_since_epoch().count();
    check(time_us >= 0 && time_us < std::int64_t{1} << 53);
  }
}

bool are_alike(const MultipartParser::Part& left, const MultipartParser::Part& right) {
  return left.body == right.body && left.captured == right.captured &&
         left.is_too_large == right.is_too_large;
}

}  // namespace

// A multipart body gives the same parts however it is cut. The first three bytes say how.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kSizes = 3;
  if (size <= kSizes) {
    return 0;
  }
  const std::string_view body(reinterpret_cast<const char*>(data) + kSizes, size - kSizes);
  const Reading whole = read(body, {body.size()});
  std::for_each(whole.parts.begin(), whole.parts.end(), check_part);
  const std::vector<std::size_t> sizes{data[0] + std::size_t{1}, data[1] + std::size_t{1},
                                       data[2] + std::size_t{1}};
  for (const Reading& cut : {read(body, sizes), read(body, {1})}) {
    check(cut.is_multipart == whole.is_multipart && cut.has_ended == whole.has_ended);
    check(std::equal(cut.parts.begin(), cut.parts.end(), whole.parts.begin(), whole.parts.end(),
                     are_alike));
  }
  return 0;
}
