#include "app/given_value.h"

#include <charconv>
#include <system_error>

#include <nlohmann/json.hpp>

namespace freshframe {
namespace {

constexpr std::size_t kLongestShownBytes = 80;

std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc{} || rest != end) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

GivenValue given_as_text(std::string_view text) {
  const std::optional<double> number = parse_number(text);
  return {number ? std::string(text.substr(0, kLongestShownBytes)) : in_quotes(text), number,
          std::string(text)};
}

std::string in_quotes(std::string_view text) {
  const bool is_long = text.size() > kLongestShownBytes;
  // A character cut in two, like any byte that is not UTF-8, is shown as U+FFFD.
  const nlohmann::json shown(std::string(text.substr(0, kLongestShownBytes)));
  return shown.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
         (is_long ? "..." : "");
}

Failure refusal(const GivenValue& value, std::string_view what, std::string_view allowed) {
  std::string reason = value.shown;
  reason.append(" is not ").append(what).append("; allowed: ").append(allowed);
  return {Failure::Kind::kMisconfigured, std::move(reason)};
}

}  // namespace freshframe
