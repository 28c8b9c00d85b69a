#pragma once

#include <cstddef>
#include <string_view>

#include <boost/system/result.hpp>

namespace freshframe {

/// Why some text is not Base64.
struct Base64Flaw {
  enum class Kind {
    kForeignLetter,  // neither a letter of an alphabet nor padding nor white space
    kLoneLetter,     // one letter is left over, which is too little for a byte
    kPaddingInside,  // letters follow the padding
  };
  Kind kind = Kind::kForeignLetter;
  /// Where in the text: of the foreign letter, the lone one, or the first that follows padding.
  std::size_t offset = 0;
  /// What is there.
  unsigned char byte = 0;
};

/// The most bytes that a text of `letter_count` letters can hold.
constexpr std::size_t base64_decoded_size_most(std::size_t letter_count) {
  return letter_count / 4 * 3 + letter_count % 4 * 3 / 4;
}

/// Decodes Base64 as people send it (RFC 4648): the letters of section 4 and those of section 5,
/// mixed or not; padding or none, also too much of it; spaces, tabs and line breaks anywhere. Bits
/// that are left over at the end need not be zero.
///
/// Writes to `out`, which has room for base64_decoded_size_most(text.size()) bytes, all of which
/// may be written to also when the text turns out to hold fewer or to be flawed. Returns how many
/// bytes the text holds. Text of section 4's letters alone takes the widest vectors this processor
/// has. Thread-safe.
boost::system::result<std::size_t, Base64Flaw> base64_decode(std::string_view text, std::byte* out);

}  // namespace freshframe
