#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace freshframe {

/// "57,600": digits in groups of three, as people read them.
std::string grouped(std::size_t number);

/// "1 byte" or "57,600 bytes".
std::string byte_count(std::size_t number);

/// "ff d8 ff": the first of `bytes`, `most` at most.
std::string first_as_hex(std::span<const std::byte> bytes, std::size_t most);

/// "'x'" when the byte is printable ASCII, else "\x07".
std::string as_letter(unsigned char byte);

}  // namespace freshframe
