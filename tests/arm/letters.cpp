// Prints a hash of what Base64 makes, plain and deflated, of inputs of each length. Nothing but the
// encoders and the standard library is linked, so that a compiler for another processor needs no
// packages of that processor.

#include <cinttypes>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "message/base64.h"
#include "message/base64_deflate.h"

namespace {

using namespace freshframe;

constexpr std::size_t kOffsets = 16;
/// More than four vectors of the largest kind, ARM's of 256 bytes.
constexpr std::size_t kLongest = 1500;

/// FNV-1a.
void add(std::uint64_t& hash, std::string_view bytes) {
  for (const char byte : bytes) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3;
  }
}

std::string letters(std::span<const std::byte> bytes) {
  std::string text(base64_size(bytes.size()), '?');
  base64_encode(bytes, text.data());
  return text;
}

std::string deflated(std::span<const std::byte> bytes) {
  std::string text(deflated_base64_size_most(bytes.size(), 2), '?');
  text.resize(deflate_base64(bytes, "\"}", text.data()));
  return text;
}

}  // namespace

int main() {
  std::mt19937 random(4648);
  std::vector<std::byte> noise(kOffsets + kLongest);
  for (std::byte& byte : noise) {
    byte = std::byte(random() & 255);
  }
  // Nothing but the rare letter, which is 000100.
  std::vector<std::byte> rare(kOffsets + kLongest);
  for (std::size_t i = 0; i < rare.size(); ++i) {
    constexpr int kGroup[3] = {0b00010000, 0b01000001, 0b00000100};
    rare[i] = std::byte(kGroup[i % 3]);
  }
  for (std::size_t length = 0; length <= kLongest; ++length) {
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const std::vector<std::byte>& bytes : {noise, rare}) {
      for (std::size_t offset = 0; offset < kOffsets; ++offset) {
        const auto part = std::span(bytes).subspan(offset, length);
        add(hash, letters(part));
        add(hash, deflated(part));
      }
    }
    std::printf("%zu %016" PRIx64 "\n", length, hash);
  }
}
