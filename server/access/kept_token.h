#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

#include "access/token_sources.h"

namespace freshframe {

/// The file in which a token is kept that the server made for itself.
inline constexpr std::string_view kKeptTokenName = "view-token";

/// The token that is kept in `directory`; at the first call it is made, and the directory with it.
/// The file is the user's alone (0600) and is there whole or not at all, whatever happens: another
/// program that starts at the same time, a power cut. Fails with a sentence that holds no token.
Result<GivenTokens> kept_view_token(const std::string& directory);

/// That token as kept_view_token() would read it, or fail to; none where it would make one. Makes
/// nothing.
Result<std::optional<GivenTokens>> find_kept_view_token(const std::string& directory);

}  // namespace freshframe
