#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace freshframe {

constexpr char in_lower_case(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

constexpr bool equal_but_for_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return in_lower_case(a) == in_lower_case(b); });
}

constexpr bool begins_but_for_case(std::string_view text, std::string_view beginning) {
  return equal_but_for_case(text.substr(0, beginning.size()), beginning);
}

/// Without white space before it and behind it.
constexpr std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kWhiteSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

inline std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace freshframe
