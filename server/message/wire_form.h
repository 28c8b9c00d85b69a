#pragma once

#include <cstdint>

namespace freshframe {

/// The forms in which a frame travels: proto/README.md.
enum class WireForm : std::uint8_t {
  kJson,    // one text message, the image as Base64 in it
  kBinary,  // one binary message, the image as it is behind the head
  // The message of kJson as permessage-deflate compresses it (RFC 7692): its payload when RSV1 is
  // set.
  kDeflatedJson,
};

/// Which forms somebody wants now; empty when nobody watches. How demand flows back to the
/// pipeline.
class WireForms {
 public:
  constexpr WireForms() = default;
  constexpr explicit WireForms(std::uint8_t bits) : bits_(bits) {}

  constexpr void add(WireForm form) { bits_ |= bit(form); }
  constexpr bool has(WireForm form) const { return (bits_ & bit(form)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr std::uint8_t bits() const { return bits_; }
  friend constexpr bool operator==(WireForms, WireForms) = default;

 private:
  static constexpr std::uint8_t bit(WireForm form) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(form));
  }
  std::uint8_t bits_ = 0;
};

}  // namespace freshframe
