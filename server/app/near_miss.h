#pragma once

#include <span>
#include <string>
#include <string_view>

namespace freshframe {

/// What to say after an unknown word: `did you mean "quality"?` when one of `known` is a typing
/// slip away, else all that is allowed. `known` is not empty.
std::string suggestion(std::string_view word, std::span<const std::string_view> known);

}  // namespace freshframe
