#pragma once

#include <string_view>

namespace freshframe {

// How programs print what they should have sent. Each looks at the beginning only.

/// NumPy's `[[[ 12  13` and `array([[`, JSON's `[255,216`, JavaScript's `255,216,255` and what
/// JSON.stringify makes of its typed arrays.
bool is_printed_array(std::string_view text);

/// Python's `b'...'`, `b"..."` and `bytearray(b'...')`.
bool is_printed_bytes(std::string_view text);

/// Python's `<memory at 0x7f...>` and `<_io.BytesIO object at 0x...>`.
bool is_printed_object(std::string_view text);

/// JavaScript's `[object Blob]` and `<Buffer ff d8 ff>`.
bool is_scripts_object(std::string_view text);

/// All of it: `None`, `null`, `undefined`, `nan`, `False`.
bool is_printed_nothing(std::string_view text);

/// A JPEG or PNG file, or at least 64 mixed digits of something, in hexadecimal: `ffd8ff`, `FF D8
/// FF`, `ff:d8:ff`, `0xffd8ff`, `\xff\xd8\xff`.
bool is_printed_hex(std::string_view text);

/// The name of a file or an address in the web, in place of what is there.
bool is_name_of_file(std::string_view text);

/// Printable ASCII and white space.
bool is_text(std::string_view text);

}  // namespace freshframe
