#include "access/token_set.h"

#include <algorithm>

namespace freshframe {

void TokenSet::add(std::string_view token, Roles grants) {
  entries_.push_back({sha256(token), grants});
  grantable_ = grantable_ | grants;
}

Roles TokenSet::roles_of(std::string_view token) const {
  const Digest digest = sha256(token);
  unsigned bits = 0;
  for (const Entry& entry : entries_) {
    const unsigned is_same = is_same_digest(digest, entry.digest) ? 1 : 0;
    // All ones or all zeros: no branch that the token decides.
    bits |= entry.grants.bits() & (0U - is_same);
  }
  return Roles::from_bits(bits);
}

bool TokenSet::has_all_of(const TokenSet& other) const {
  return std::all_of(other.entries_.begin(), other.entries_.end(), [&](const Entry& wanted) {
    return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
      return is_same_digest(entry.digest, wanted.digest) &&
             (entry.grants | wanted.grants) == entry.grants;
    });
  });
}

}  // namespace freshframe
