#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace freshframe {

/// One value as the user wrote it, on the command line or in the configuration file, before
/// anybody has looked whether it fits. `5` on a command line is a number and a text; in the file
/// it is what JSON says.
struct GivenValue {
  /// How messages show it: on one line, cut when it is long, in quotes when it is no number.
  std::string shown;
  std::optional<double> number;
  std::optional<std::string> text;
  /// Only of a switch, or of true and false in the file.
  std::optional<bool> truth = std::nullopt;
};

/// A value that came as text: a flag's, or a part of a camera SPEC. Numbers are decimal, without
/// exponent.
GivenValue given_as_text(std::string_view text);

/// Text in quotes with control characters escaped, cut when it is long.
std::string in_quotes(std::string_view text);

/// "SHOWN is not WHAT; allowed: ALLOWED".
Failure refusal(const GivenValue& value, std::string_view what, std::string_view allowed);

}  // namespace freshframe
