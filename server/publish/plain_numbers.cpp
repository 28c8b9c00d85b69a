#include "publish/plain_numbers.h"

#include <algorithm>
#include <string_view>

namespace freshframe {

namespace {

void append_hex(std::string& to, unsigned char byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  to += kDigits[byte >> 4U];
  to += kDigits[byte & 15U];
}

}  // namespace

std::string grouped(std::size_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t behind = 3; behind < digits.size(); behind += 4) {
    digits.insert(digits.size() - behind, 1, ',');
  }
  return digits;
}

std::string byte_count(std::size_t number) {
  return grouped(number) + (number == 1 ? " byte" : " bytes");
}

std::string first_as_hex(std::span<const std::byte> bytes, std::size_t most) {
  std::string hex;
  for (const std::byte byte : bytes.first(std::min(bytes.size(), most))) {
    hex += hex.empty() ? "" : " ";
    append_hex(hex, std::to_integer<unsigned char>(byte));
  }
  return hex;
}

std::string as_letter(unsigned char byte) {
  if (byte > ' ' && byte < 0x7f) {
    return std::string("'") + static_cast<char>(byte) + "'";
  }
  std::string letter = "\\x";
  append_hex(letter, byte);
  return letter;
}

}  // namespace freshframe
