#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace freshframe {

/// One of proto/golden/'s messages, without the line feed at its end.
inline std::string golden_message(const std::string& name) {
  std::ifstream file(std::string("proto/golden/") + name);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (text.empty()) {
    throw std::runtime_error("no golden message " + name);
  }
  text.pop_back();
  return text;
}

}  // namespace freshframe
