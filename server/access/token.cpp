#include "access/token.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "access/digest.h"

namespace freshframe {

namespace {

constexpr std::string_view kHowToMake = "; openssl rand -hex 16 makes a good one";

bool is_visible_ascii(char letter) {
  return letter > ' ' && letter < '\x7f';
}

/// What is wrong with a token; empty when nothing is.
std::string flaw_of(std::string_view token) {
  if (token.size() < kLeastTokenLetters) {
    return "a token of " + std::to_string(token.size()) + " characters is too short; it needs " +
           std::to_string(kLeastTokenLetters) + std::string(kHowToMake);
  }
  if (token.size() > kMostTokenLetters) {
    return "a token of " + std::to_string(token.size()) + " characters is too long; it may have " +
           std::to_string(kMostTokenLetters) + std::string(kHowToMake);
  }
  if (!std::ranges::all_of(token, is_visible_ascii)) {
    return "a token may hold visible ASCII characters only, no spaces within it" +
           std::string(kHowToMake);
  }
  return {};
}

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kWhiteSpace = " \t\r";
  const std::size_t begin = std::min(line.find_first_not_of(kWhiteSpace), line.size());
  const std::size_t end = line.find_last_not_of(kWhiteSpace) + 1;
  return end > begin ? line.substr(begin, end - begin) : std::string_view();
}

}  // namespace

Secret make_token() {
  std::array<unsigned char, 16> bytes{};
  // Up to 256 bytes come whole (getrandom(2)), once the kernel's generator is ready.
  ssize_t size = 0;
  do {
    size = getrandom(bytes.data(), bytes.size(), 0);
  } while (size < 0 && errno == EINTR);
  if (size != static_cast<ssize_t>(bytes.size())) {
    throw std::system_error(errno, std::generic_category(), "the kernel gives no random bytes");
  }
  return Secret(hex(bytes));
}

Result<std::vector<Secret>> tokens_in(std::string_view text) {
  std::vector<Secret> tokens;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view token = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (token.empty()) {
      continue;
    }
    if (std::string flaw = flaw_of(token); !flaw.empty()) {
      return Failure{Failure::Kind::kMisconfigured, std::move(flaw)};
    }
    if (tokens.size() == kMostTokensOfARole) {
      return Failure{
          Failure::Kind::kMisconfigured,
          "there are more than " + std::to_string(kMostTokensOfARole) + " tokens; leave some out"};
    }
    tokens.emplace_back(std::string(token));
  }
  if (tokens.empty()) {
    return Failure{Failure::Kind::kMisconfigured,
                   "it is empty, and should hold a token" + std::string(kHowToMake)};
  }
  return tokens;
}

}  // namespace freshframe
