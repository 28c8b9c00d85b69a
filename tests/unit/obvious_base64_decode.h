#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "message/base64_decode.h"

namespace freshframe {

struct ObviousDecoding {
  std::vector<std::byte> bytes;
  std::optional<Base64Flaw> flaw;
};

/// The slow, obvious decoder that the fast one is held against: letter by letter to bits, the bits
/// to bytes.
inline ObviousDecoding obvious_base64_decode(std::string_view text) {
  constexpr std::string_view kStandard =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::string_view kUrlSafe =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  constexpr std::string_view kWhiteSpace = " \t\r\n";
  ObviousDecoding result;
  std::vector<bool> bits;
  std::size_t letter_count = 0;
  std::size_t last_letter = 0;
  bool padding_seen = false;
  const auto flaw = [&](Base64Flaw::Kind kind, std::size_t offset) {
    result.flaw = Base64Flaw{kind, offset, static_cast<unsigned char>(text[offset])};
    return result;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kWhiteSpace.find(text[i]) != std::string_view::npos) {
      continue;
    }
    if (text[i] == '=') {
      padding_seen = true;
      continue;
    }
    std::size_t number = kStandard.find(text[i]);
    if (number == std::string_view::npos) {
      number = kUrlSafe.find(text[i]);
    }
    if (number == std::string_view::npos) {
      return flaw(Base64Flaw::Kind::kForeignLetter, i);
    }
    if (padding_seen) {
      return flaw(Base64Flaw::Kind::kPaddingInside, i);
    }
    for (int bit = 5; bit >= 0; --bit) {
      bits.push_back((number >> bit & 1U) != 0);
    }
    last_letter = i;
    ++letter_count;
  }
  if (letter_count % 4 == 1) {
    return flaw(Base64Flaw::Kind::kLoneLetter, last_letter);
  }
  for (std::size_t i = 0; i + 8 <= bits.size(); i += 8) {
    unsigned byte = 0;
    for (std::size_t bit = 0; bit < 8; ++bit) {
      byte = byte << 1U | (bits[i + bit] ? 1U : 0U);
    }
    result.bytes.push_back(static_cast<std::byte>(byte));
  }
  return result;
}

}  // namespace freshframe
