#include "publish/data_uri.h"

#include "publish/ascii_text.h"

namespace freshframe {

std::optional<DataUri> split_data_uri(std::string_view text) {
  constexpr std::string_view kScheme = "data:";
  // Longer than any media type with its parameters; the comma of something else is not looked for
  // through megabytes.
  constexpr std::size_t kHeadMost = 256;
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  if (!begins_but_for_case(text, kScheme)) {
    return std::nullopt;
  }
  text.remove_prefix(kScheme.size());
  DataUri uri;
  const std::size_t comma = text.substr(0, kHeadMost).find(',');
  std::string_view head = text.substr(0, comma == std::string_view::npos ? kHeadMost : comma);
  if (comma != std::string_view::npos) {
    uri.has_comma = true;
    uri.content = text.substr(comma + 1);
  }
  const std::size_t last_parameter = head.rfind(';');
  if (last_parameter != std::string_view::npos &&
      equal_but_for_case(trimmed(head.substr(last_parameter + 1)), "base64")) {
    uri.is_base64 = true;
    head = head.substr(0, last_parameter);
  }
  uri.type = trimmed(head.substr(0, head.find(';')));
  return uri;
}

}  // namespace freshframe
