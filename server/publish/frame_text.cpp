#include "publish/frame_text.h"

#include <cstddef>

namespace freshframe {

namespace {

/// Where the string ends that begins behind the quote before `begin`: the place of its closing
/// quote, or npos.
std::size_t closing_quote(std::string_view text, std::size_t begin) {
  std::size_t from = begin;
  for (;;) {
    const std::size_t quote = text.find('"', from);
    if (quote == std::string_view::npos) {
      return quote;
    }
    // A quote is escaped when an odd number of backslashes stands before it.
    std::size_t backslashes = 0;
    while (quote - backslashes > begin && text[quote - backslashes - 1] == '\\') {
      ++backslashes;
    }
    if (backslashes % 2 == 0) {
      return quote;
    }
    from = quote + 1;
  }
}

}  // namespace

FrameText split_frame_text(std::string_view text) {
  std::size_t depth = 0;
  bool is_value = false;
  std::string_view name;
  std::optional<std::string_view> data;
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '{':
      case '[':
        ++depth;
        is_value = false;
        break;
      case '}':
      case ']':
        --depth;
        break;
      case ',':
        is_value = false;
        break;
      case ':':
        is_value = true;
        break;
      case '"': {
        const std::size_t end = closing_quote(text, i + 1);
        if (end == std::string_view::npos) {
          return {std::string(text), std::nullopt};
        }
        const std::string_view content = text.substr(i + 1, end - i - 1);
        if (depth == 1 && is_value && name == "data") {
          data = content;
        } else if (depth == 1 && !is_value) {
          name = content;
          if (name == "data") {
            data.reset();  // one that came before does not count, whatever this one is
          }
        }
        i = end;
        break;
      }
      default:
        break;
    }
  }
  if (!data) {
    return {std::string(text), std::nullopt};
  }
  const std::size_t begin = static_cast<std::size_t>(data->data() - text.data());
  std::string head(text.substr(0, begin));
  head += text.substr(begin + data->size());
  return {std::move(head), data};
}

}  // namespace freshframe
