#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "message/base64_decode.h"

#include "../unit/obvious_base64_decode.h"
#include "check.h"

// A publisher's Base64. What the vectors make of it is what the obvious decoder says: the same
// bytes or the same flaw.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // Of the exact size, so that AddressSanitizer sees a write behind it.
  std::vector<std::byte> out(freshframe::base64_decoded_size_most(size));
  const auto decoded = freshframe::base64_decode(text, out.data());
  const freshframe::ObviousDecoding obvious = freshframe::obvious_base64_decode(text);
  if (!decoded) {
    const freshframe::Base64Flaw& flaw = decoded.error();
    check(obvious.flaw && obvious.flaw->kind == flaw.kind && obvious.flaw->offset == flaw.offset &&
          obvious.flaw->byte == flaw.byte);
    return 0;
  }
  check(!obvious.flaw && *decoded <= out.size());
  out.resize(*decoded);
  check(out == obvious.bytes);
  return 0;
}
