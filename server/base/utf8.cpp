#include "base/utf8.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace freshframe {

namespace {

struct Range {
  std::uint8_t least;
  std::uint8_t most;

  bool contains(char byte) const {
    const auto value = static_cast<std::uint8_t>(byte);
    return least <= value && value <= most;
  }
};

/// Which characters begin with this byte.
struct Form {
  std::size_t size;  // 0 when there are none
  Range second;      // narrower where a longer form of a character or half a pair would fit
};

Form form_of(char first) {
  constexpr Range kAny{0x80, 0xBF};
  const auto byte = static_cast<std::uint8_t>(first);
  if (byte < 0x80) {
    return {1, kAny};
  }
  if (byte < 0xC2) {
    return {0, kAny};
  }
  if (byte < 0xE0) {
    return {2, kAny};
  }
  if (byte < 0xF0) {
    return {3, byte == 0xE0 ? Range{0xA0, 0xBF} : byte == 0xED ? Range{0x80, 0x9F} : kAny};
  }
  if (byte < 0xF5) {
    return {4, byte == 0xF0 ? Range{0x90, 0xBF} : byte == 0xF4 ? Range{0x80, 0x8F} : kAny};
  }
  return {0, kAny};
}

constexpr Range kGoesOn{0x80, 0xBF};

}  // namespace

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const Form form = form_of(bytes.front());
    if (form.size == 0 || form.size > bytes.size()) {
      return false;
    }
    const std::string_view rest = bytes.substr(1, form.size - 1);
    if (!rest.empty() && !form.second.contains(rest.front())) {
      return false;
    }
    if (!std::all_of(rest.begin(), rest.end(), [](char byte) { return kGoesOn.contains(byte); })) {
      return false;
    }
    bytes.remove_prefix(form.size);
  }
  return true;
}

bool ends_within_a_character(std::string_view bytes) {
  constexpr std::size_t kMost = 3;  // bytes that one of four may have come with
  for (std::size_t size = 1; size <= std::min(bytes.size(), kMost); ++size) {
    const char first = bytes[bytes.size() - size];
    if (!kGoesOn.contains(first)) {
      return form_of(first).size > size;
    }
  }
  return false;
}

}  // namespace freshframe
