#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/result.h"

#include "access/secret.h"

namespace freshframe {

// A token travels in headers and addresses: visible ASCII letters only. Too short is what can be
// tried out; too long is what is no token but, say, a key file.
inline constexpr std::size_t kLeastTokenLetters = 16;
inline constexpr std::size_t kMostTokenLetters = 256;

/// How many tokens one role may have: each costs a comparison for each request.
inline constexpr std::size_t kMostTokensOfARole = 64;

/// 128 bits from the kernel (getrandom) as 32 letters. Throws std::system_error where there are
/// none to be had.
Secret make_token();

/// The tokens in `text`, one a line; blank lines and white space around a token do not count.
/// Fails when there is none, or when one cannot be a token, with a sentence that does not hold it.
Result<std::vector<Secret>> tokens_in(std::string_view text);

}  // namespace freshframe
