#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace freshframe {

/// The words with `between` between every two.
inline std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) {
    text.append(text.empty() ? "" : between).append(word);
  }
  return text;
}

}  // namespace freshframe
