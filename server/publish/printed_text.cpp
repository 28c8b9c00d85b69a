#include "publish/printed_text.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "publish/ascii_text.h"

namespace freshframe {

namespace {

using namespace std::string_view_literals;

// Enough that nothing else looks like it by chance.
constexpr std::size_t kLooked = 256;

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHexDigits = "0123456789abcdef";

bool has_any(std::string_view text, std::string_view letters) {
  return text.find_first_of(letters) != std::string_view::npos;
}

std::string_view beginning_of(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text.substr(0, kLooked);
}

bool skip(std::string_view& text, std::string_view beginning) {
  if (!text.starts_with(beginning)) {
    return false;
  }
  text.remove_prefix(beginning.size());
  return true;
}

// Between brackets: numbers, and the words that stand for some.
bool has_only_numbers(std::string_view text) {
  constexpr std::array kWords = {"nan"sv,   "inf"sv,   "True"sv,    "False"sv, "dtype="sv,
                                 "uint"sv,  "int"sv,   "float"sv,   "bool"sv,  "object"sv,
                                 "array"sv, "shape"sv, "device="sv, "..."sv};
  while (!text.empty()) {
    const bool is_word = std::any_of(kWords.begin(), kWords.end(),
                                     [&](std::string_view word) { return skip(text, word); });
    if (is_word) {
      continue;
    }
    if ("0123456789 \t\r\n.,-+e[]()'="sv.find(text.front()) == std::string_view::npos) {
      return false;
    }
    text.remove_prefix(1);
  }
  return true;
}

// The last word may be cut at the end of what is looked at.
std::string_view without_last_word(std::string_view text) {
  const std::size_t end = text.find_last_of(" ,[]()\n");
  return text.size() < kLooked || end == std::string_view::npos ? text : text.substr(0, end + 1);
}

bool is_list_without_brackets(std::string_view text) {
  constexpr std::string_view kSeparators = ", \t\r\n";
  std::size_t separators = 0;
  bool before_was_digit = false;
  for (const char letter : text) {
    const bool is_digit = kDigits.find(letter) != std::string_view::npos;
    if (!is_digit && kSeparators.find(letter) == std::string_view::npos) {
      return false;
    }
    separators += !is_digit && before_was_digit ? 1 : 0;
    before_was_digit = is_digit;
  }
  return separators >= 3;
}

// Of digits as they are printed, without what stands between them.
struct HexDigits {
  std::array<char, kLooked> digits{};
  std::size_t count = 0;
  bool others = false;

  std::string_view text() const { return {digits.data(), count}; }
};

HexDigits hex_digits_of(std::string_view text) {
  HexDigits hex;
  skip(text, "0x");
  while (!text.empty()) {
    if (skip(text, "\\x") || skip(text, ", 0x") || skip(text, ",0x") || skip(text, " 0x")) {
      continue;
    }
    const char letter = in_lower_case(text.front());
    text.remove_prefix(1);
    if (kHexDigits.find(letter) != std::string_view::npos) {
      hex.digits[hex.count++] = letter;
    } else if (" :-\r\n"sv.find(letter) == std::string_view::npos) {
      hex.others = true;
      return hex;
    }
  }
  return hex;
}

}  // namespace

bool is_printed_array(std::string_view text) {
  std::string_view beginning = beginning_of(text);
  for (const std::string_view json : {"{\"0\":"sv, "{\"type\":\"Buffer\",\"data\":["sv}) {
    if (beginning.starts_with(json)) {
      return true;
    }
  }
  for (const std::string_view name : {"np.array"sv, "numpy.array"sv, "array"sv, "tensor"sv,
                                      "Uint8Array"sv, "Uint8ClampedArray"sv}) {
    if (skip(beginning, name)) {
      break;
    }
  }
  beginning = without_last_word(beginning);
  if (beginning.empty()) {
    return false;
  }
  if (beginning.front() == '[' || beginning.starts_with("([") || beginning.starts_with("(")) {
    return has_only_numbers(beginning) &&
           (has_any(beginning, kDigits) || beginning.find("...") != std::string_view::npos ||
            beginning.find("True") != std::string_view::npos ||
            beginning.find("False") != std::string_view::npos);
  }
  return is_list_without_brackets(beginning);
}

bool is_printed_bytes(std::string_view text) {
  const std::string_view beginning = beginning_of(text);
  for (const std::string_view start :
       {"b'"sv, "b\""sv, "bytearray(b'"sv, "bytearray(b\""sv, "bytes(b'"sv, "B'"sv}) {
    if (beginning.starts_with(start)) {
      return is_text(beginning);
    }
  }
  return false;
}

bool is_printed_object(std::string_view text) {
  const std::string_view beginning = beginning_of(text);
  return beginning.starts_with("<") && is_text(beginning) &&
         (beginning.find(" at 0x") != std::string_view::npos ||
          beginning.find(" object") != std::string_view::npos ||
          beginning.starts_with("<built-in") || beginning.starts_with("<class "));
}

bool is_scripts_object(std::string_view text) {
  const std::string_view beginning = beginning_of(text);
  return beginning.starts_with("[object ") || beginning.starts_with("<Buffer ");
}

bool is_printed_nothing(std::string_view text) {
  const std::string_view word = trimmed(text);
  for (const std::string_view nothing : {"None"sv, "null"sv, "undefined"sv, "NaN"sv, "nan"sv,
                                         "False"sv, "True"sv, "false"sv, "true"sv}) {
    if (word == nothing) {
      return true;
    }
  }
  return false;
}

bool is_printed_hex(std::string_view text) {
  constexpr std::size_t kDigitsLeast = 64;
  const HexDigits hex = hex_digits_of(beginning_of(text));
  if (hex.others) {
    return false;
  }
  if (hex.text().starts_with("ffd8ff") || hex.text().starts_with("89504e47")) {
    return true;
  }
  if (hex.count < kDigitsLeast) {
    return false;
  }
  // Neighbouring pixels can all be digits, or all be letters, but not now this and now that.
  return has_any(hex.text(), "0123456789") && has_any(hex.text(), "abcdef");
}

bool is_name_of_file(std::string_view text) {
  const std::string_view name = trimmed(text);
  if (name.size() > kLooked) {
    return false;
  }
  for (const std::string_view scheme :
       {"http://"sv, "https://"sv, "file:"sv, "blob:"sv, "ftp://"sv, "rtsp://"sv}) {
    if (begins_but_for_case(name, scheme)) {
      return true;
    }
  }
  for (const std::string_view ending : {".jpg"sv, ".jpeg"sv, ".png"sv, ".bmp"sv, ".gif"sv,
                                        ".webp"sv, ".tif"sv, ".tiff"sv, ".heic"sv}) {
    if (name.size() > ending.size() &&
        equal_but_for_case(name.substr(name.size() - ending.size()), ending)) {
      return true;
    }
  }
  return false;
}

bool is_text(std::string_view text) {
  const std::string_view beginning = text.substr(0, kLooked);
  const bool has_control = std::any_of(beginning.begin(), beginning.end(), [](char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return (byte < ' ' && byte != '\t' && byte != '\n' && byte != '\r') || byte >= 0x7f;
  });
  return !has_control && !beginning.empty();
}

}  // namespace freshframe
