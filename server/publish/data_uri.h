#pragma once

#include <optional>
#include <string_view>

namespace freshframe {

/// A data URI (RFC 2397), cut into its parts: `data:image/jpeg;base64,/9j/4AAQ...`.
struct DataUri {
  /// "image/jpeg"; may be empty.
  std::string_view type;
  bool is_base64 = false;
  /// Behind the comma. Empty when there is none.
  std::string_view content;
  bool has_comma = false;
};

/// Nothing when `text`, but for white space before it, does not begin as a data URI.
std::optional<DataUri> split_data_uri(std::string_view text);

}  // namespace freshframe
