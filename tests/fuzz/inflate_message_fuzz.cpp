#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "message/inflate_message.h"

#include "check.h"

namespace {

using freshframe::inflate_message;
using freshframe::InflateError;

constexpr std::size_t kMostTaken = 4096;
constexpr std::size_t kMostCounted = 65536;

bool fails_with(InflateError error, std::string_view message, std::size_t most_taken,
                std::size_t most_counted) {
  const auto result = inflate_message(message, most_taken, most_counted);
  return !result && result.error() == error;
}

}  // namespace

// A viewer's compressed message. One that is taken is the same under any bounds that it fits, and
// is taken under no smaller ones.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view message(reinterpret_cast<const char*>(data), size);
  const auto text = inflate_message(message, kMostTaken, kMostCounted);
  if (!text) {
    if (text.error() == InflateError::kTooLarge) {
      const auto whole = inflate_message(message, kMostCounted, kMostCounted);
      check(whole && whole->size() > kMostTaken && whole->size() <= kMostCounted);
    }
    return 0;
  }
  check(text->size() <= kMostTaken);
  freshframe::is_utf8(*text);
  const auto fitting = inflate_message(message, text->size(), text->size());
  check(fitting && *fitting == *text);
  if (!text->empty()) {
    check(fails_with(InflateError::kTooLarge, message, text->size() - 1, text->size()));
    check(fails_with(InflateError::kFarTooLarge, message, text->size() - 1, text->size() - 1));
  }
  return 0;
}
