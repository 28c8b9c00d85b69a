#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "message/base64.h"
#include "message/base64_deflate.h"

#include "check.h"

namespace {

std::string plain(std::span<const std::byte> bytes) {
  std::string text(freshframe::base64_size(bytes.size()), '?');
  freshframe::base64_encode(bytes, text.data());
  return text + "\"}";
}

}  // namespace

// Whatever the bytes are, zlib inflates what the encoder makes of them to their Base64 and the
// tail, in the smallest window there is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  // Of the exact size, so that AddressSanitizer sees a write behind it.
  std::vector<char> deflated(freshframe::deflated_base64_size_most(size, 2));
  const std::size_t written = freshframe::deflate_base64(bytes, "\"}", deflated.data());
  check(written <= deflated.size());
  deflated.resize(written);
  deflated.insert(deflated.end(), {'\0', '\0', '\xFF', '\xFF'});

  const std::string expected = plain(bytes);
  std::string inflated(expected.size() + 1, '?');
  z_stream stream{};
  check(inflateInit2(&stream, -8) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(deflated.data());
  stream.avail_in = static_cast<uInt>(deflated.size());
  stream.next_out = reinterpret_cast<Bytef*>(inflated.data());
  stream.avail_out = static_cast<uInt>(inflated.size());
  check(inflate(&stream, Z_SYNC_FLUSH) == Z_OK && stream.avail_in == 0);
  inflated.resize(stream.total_out);
  check(inflateEnd(&stream) == Z_OK);
  check(inflated == expected);
  return 0;
}
