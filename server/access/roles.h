#pragma once

#include <cstdint>

namespace freshframe {

/// What somebody may do.
enum class Role : std::uint8_t {
  kView = 1,     // watch cameras, open the page
  kPublish = 2,  // send pictures to a camera that is for it
  kAdmin = 4,    // change how the server and its cameras work
};

/// A set of roles, to be named: there is no default that could be meant by accident.
class Roles {
 public:
  // One role is a set of roles.
  constexpr Roles(Role role) : bits_(static_cast<std::uint8_t>(role)) {}

  static constexpr Roles none() { return Roles(std::uint8_t{0}); }
  static constexpr Roles all() { return Roles(kAllBits); }
  /// Bits that are no role's are left out.
  static constexpr Roles from_bits(unsigned bits) {
    return Roles(static_cast<std::uint8_t>(bits & kAllBits));
  }

  constexpr unsigned bits() const { return bits_; }
  constexpr bool is_empty() const { return bits_ == 0; }
  constexpr bool has_any_of(Roles others) const { return (bits_ & others.bits_) != 0; }

  friend constexpr Roles operator|(Roles a, Roles b) { return from_bits(a.bits() | b.bits()); }
  friend constexpr bool operator==(Roles a, Roles b) = default;

 private:
  static constexpr std::uint8_t kAllBits = 7;

  explicit constexpr Roles(std::uint8_t bits) : bits_(bits) {}

  std::uint8_t bits_;
};

constexpr Roles operator|(Role a, Role b) {
  return Roles(a) | Roles(b);
}

/// What a token of this role allows. An admin may do everything. Who publishes need not see: a
/// doorbell's token, taken off the door, must not show the house.
constexpr Roles granted_by(Role role) {
  return role == Role::kAdmin ? Roles::all() : Roles(role);
}

}  // namespace freshframe
