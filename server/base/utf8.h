#pragma once

#include <string_view>

namespace freshframe {

/// Whether `bytes` are whole characters in UTF-8: in their shortest form, no half of a surrogate
/// pair, none above U+10FFFF. Source: The Unicode Standard, table 3-7.
///
/// Thread-safe.
bool is_utf8(std::string_view bytes);

/// Whether the last character of `bytes`, UTF-8 as far as they go, lacks bytes at its end.
///
/// Thread-safe.
bool ends_within_a_character(std::string_view bytes);

}  // namespace freshframe
