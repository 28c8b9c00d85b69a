#pragma once

#include <string_view>
#include <vector>

#include "access/digest.h"
#include "access/roles.h"

namespace freshframe {

/// The tokens that open something, as digests: whoever reads this memory has no token.
///
/// Thread: one at a time.
class TokenSet {
 public:
  void add(std::string_view token, Roles grants);

  /// What `token` allows; a token that was added for two roles allows both. Takes as long whichever
  /// it is, for every digest is compared with, and each in constant time.
  Roles roles_of(std::string_view token) const;

  /// Whether everything that `other` opens is opened here by the same tokens.
  bool has_all_of(const TokenSet& other) const;

  /// What there are tokens for at all.
  Roles grantable() const { return grantable_; }

 private:
  struct Entry {
    Digest digest;
    Roles grants;
  };

  std::vector<Entry> entries_;
  Roles grantable_ = Roles::none();
};

}  // namespace freshframe
