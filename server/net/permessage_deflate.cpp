#include "net/permessage_deflate.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/beast/http/field.hpp>

namespace freshframe {

namespace {

namespace http = boost::beast::http;

constexpr std::string_view kName = "permessage-deflate";

// Browsers offer one extension in some 50 bytes.
constexpr std::size_t kMostBytes = 1024;
constexpr std::size_t kMostExtensions = 16;

struct Parameter {
  std::string_view name;
  std::optional<std::string> value;
};

struct Extension {
  std::string_view name;
  std::vector<Parameter> parameters;
};

/// Source: RFC 2616, section 2.2, on which RFC 6455 builds.
bool is_token_character(char character) {
  constexpr std::string_view kSeparators = "()<>@,;:\\\"/[]?={} \t";
  return character > ' ' && character < '\x7F' &&
         kSeparators.find(character) == std::string_view::npos;
}

/// Walks through a list of extensions. What is not as the grammar says is empty, and ends the walk.
class ListReader {
 public:
  explicit ListReader(std::string_view list) : left_(list) { skip_space(); }

  bool is_at_end() const { return left_.empty(); }

  bool take(char character) {
    if (!left_.starts_with(character)) {
      return false;
    }
    left_.remove_prefix(1);
    skip_space();
    return true;
  }

  std::optional<Extension> take_extension() {
    const std::optional<std::string_view> name = take_token();
    if (!name) {
      return std::nullopt;
    }
    Extension extension{*name, {}};
    while (take(';')) {
      std::optional<Parameter> parameter = take_parameter();
      if (!parameter) {
        return std::nullopt;
      }
      extension.parameters.push_back(std::move(*parameter));
    }
    return extension;
  }

 private:
  /// Space may stand between any two words (RFC 2616, section 2.1, "implied *LWS").
  void skip_space() { left_.remove_prefix(std::min(left_.size(), left_.find_first_not_of(" \t"))); }

  std::optional<std::string_view> take_token() {
    const auto* const end = std::find_if_not(left_.begin(), left_.end(), is_token_character);
    const std::string_view token = left_.substr(0, static_cast<std::size_t>(end - left_.begin()));
    if (token.empty()) {
      return std::nullopt;
    }
    left_.remove_prefix(token.size());
    skip_space();
    return token;
  }

  /// What it says without its quotes and backslashes, which must be a token.
  std::optional<std::string> take_quoted_token() {
    std::string token;
    left_.remove_prefix(1);
    while (!left_.empty() && left_.front() != '"') {
      if (left_.front() == '\\') {
        left_.remove_prefix(1);
      }
      if (left_.empty() || !is_token_character(left_.front())) {
        return std::nullopt;
      }
      token += left_.front();
      left_.remove_prefix(1);
    }
    if (!take('"') || token.empty()) {
      return std::nullopt;
    }
    return token;
  }

  std::optional<Parameter> take_parameter() {
    const std::optional<std::string_view> name = take_token();
    if (!name) {
      return std::nullopt;
    }
    if (!take('=')) {
      return Parameter{*name, std::nullopt};
    }
    std::optional<std::string> value;
    if (left_.starts_with('"')) {
      value = take_quoted_token();
    } else if (const std::optional<std::string_view> token = take_token()) {
      value = *token;
    }
    return value ? std::optional(Parameter{*name, std::move(value)}) : std::nullopt;
  }

  std::string_view left_;
};

/// 8 to 15, without a zero before it.
std::optional<int> window_bits(std::string_view value) {
  if (value == "8" || value == "9") {
    return value[0] - '0';
  }
  if (value.size() == 2 && value[0] == '1' && '0' <= value[1] && value[1] <= '5') {
    return 10 + (value[1] - '0');
  }
  return std::nullopt;
}

/// Empty when the offer is to be declined. Our messages refer to nothing before them, so that they
/// are within whatever bound the client sets.
std::optional<DeflateAgreement> accept(const std::vector<Parameter>& offer) {
  DeflateAgreement agreement;
  for (auto parameter = offer.begin(); parameter != offer.end(); ++parameter) {
    const std::string_view name = parameter->name;
    const std::optional<std::string>& value = parameter->value;
    const bool is_repeated = std::any_of(
        offer.begin(), parameter, [&](const Parameter& before) { return before.name == name; });
    if (is_repeated) {
      return std::nullopt;
    }
    const std::optional<int> bits = window_bits(value.value_or(""));
    if (name == "server_no_context_takeover" && !value) {
      agreement.server_no_context_takeover = true;
    } else if (name == "server_max_window_bits" && bits) {
      agreement.server_max_window_bits = bits;
    } else if (!(name == "client_no_context_takeover" && !value) &&
               !(name == "client_max_window_bits" && (!value || bits))) {
      return std::nullopt;
    }
  }
  return agreement;
}

std::string all_lines(const HttpRequest& upgrade) {
  std::string list;
  const auto [begin, end] = upgrade.equal_range(http::field::sec_websocket_extensions);
  for (auto line = begin; line != end; ++line) {
    list += line->value();
    list += ',';
  }
  return list;
}

}  // namespace

std::string DeflateAgreement::header_value() const {
  std::string value(kName);
  value += "; client_no_context_takeover";
  if (server_no_context_takeover) {
    value += "; server_no_context_takeover";
  }
  if (server_max_window_bits) {
    value += "; server_max_window_bits=" + std::to_string(*server_max_window_bits);
  }
  return value;
}

boost::system::result<std::optional<DeflateAgreement>, ExtensionsError> agree_on_deflate(
    const HttpRequest& upgrade) {
  std::optional<DeflateAgreement> agreement;
  const std::string list = all_lines(upgrade);
  if (list.empty()) {
    return agreement;
  }
  if (list.size() > kMostBytes) {
    return ExtensionsError::kTooLong;
  }
  ListReader reader(list);
  std::size_t count = 0;
  while (!reader.is_at_end()) {
    if (reader.take(',')) {
      continue;  // behind an extension, or an empty place in the list (RFC 2616, section 2.1)
    }
    const std::optional<Extension> extension = reader.take_extension();
    if (!extension || !reader.take(',')) {
      return ExtensionsError::kMalformed;
    }
    if (++count > kMostExtensions) {
      return ExtensionsError::kTooLong;
    }
    if (!agreement && extension->name == kName) {
      agreement = accept(extension->parameters);
    }
  }
  if (count == 0) {
    return ExtensionsError::kMalformed;
  }
  return agreement;
}

}  // namespace freshframe
