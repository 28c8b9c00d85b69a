#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace freshframe {

/// One of proto/golden/'s files, as it is.
inline std::string golden_bytes(const std::string& name) {
  std::ifstream file("proto/golden/" + name, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (bytes.empty()) {
    throw std::runtime_error("no golden message " + name);
  }
  return bytes;
}

/// One of proto/golden/'s messages that are text, without the line feed at its end.
inline std::string golden_message(const std::string& name) {
  std::string text = golden_bytes(name);
  text.pop_back();
  return text;
}

}  // namespace freshframe
