#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/beast/http/field.hpp>

#include "net/permessage_deflate.h"

#include "check.h"

namespace {

namespace http = boost::beast::http;

/// The header that is answered; empty when there is none, null when the handshake fails.
std::optional<std::string> answer_to(const std::vector<std::string_view>& lines) {
  freshframe::HttpRequest upgrade;
  for (const std::string_view line : lines) {
    upgrade.insert(http::field::sec_websocket_extensions, line);
  }
  const auto agreement = freshframe::agree_on_deflate(upgrade);
  if (!agreement) {
    return std::nullopt;
  }
  return *agreement ? (*agreement)->header_value() : std::string();
}

/// Without the space around it, which is no part of a header's value (RFC 9110, section 5.5) and
/// does not count towards what an offer may be long.
std::string_view trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  return begin == std::string_view::npos
             ? std::string_view()
             : line.substr(begin, line.find_last_not_of(" \t") - begin + 1);
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> lines;
  for (;;) {
    const std::size_t end = text.find('\n');
    lines.push_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) {
      return lines;
    }
    text.remove_prefix(end + 1);
  }
}

}  // namespace

// A client's Sec-WebSocket-Extensions, a header line in each line. However the list is cut into
// header lines, the answer is the same; and what is answered is an offer that is answered alike.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::vector<std::string_view> lines = split(text);
  const std::optional<std::string> answer = answer_to(lines);

  std::string joined;
  for (const std::string_view& line : lines) {
    joined += line;
    joined += &line == &lines.back() ? "" : ",";
  }
  check(answer_to({joined}) == answer);

  if (answer && !answer->empty()) {
    check(text.find("permessage-deflate") != std::string_view::npos);
    check(answer->size() <= 104 && answer_to({*answer}) == answer);
  }
  return 0;
}
