#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "publish/multipart_parser.h"

namespace {

using freshframe::MultipartParser;

void check(bool promise) {
  if (!promise) {
    std::abort();
  }
}

constexpr std::size_t kMost = 100;

struct Parts {
  std::vector<std::string> bodies;
  bool is_multipart = true;
};

Parts parts_of(std::string_view body, std::size_t piece) {
  Parts parts;
  MultipartParser parser(kMost, [&](const MultipartParser::Part& part) {
    check(part.body.size() <= kMost && (!part.is_too_large || part.body.empty()));
    parts.bodies.push_back(part.is_too_large ? "too large" : part.body);
  });
  for (std::size_t i = 0; parts.is_multipart && i < body.size(); i += piece) {
    parts.is_multipart = parser.add(body.substr(i, piece));
  }
  return parts;
}

}  // namespace

// However a body is cut, its parts are the same. The first byte is the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Parts whole = parts_of(body, body.size() + 1);
  const Parts pieces = parts_of(body, std::size_t{data[0]} + 1);
  check(whole.bodies == pieces.bodies && whole.is_multipart == pieces.is_multipart);
  return 0;
}
