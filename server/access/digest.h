#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace freshframe {

/// What is kept of a token instead of the token itself.
using Digest = std::array<unsigned char, 32>;

/// SHA-256 (FIPS 180-4). Thread-safe. Throws std::runtime_error where OpenSSL cannot.
Digest sha256(std::string_view text);

/// HMAC with SHA-256 (RFC 2104). Thread-safe. Throws std::runtime_error where OpenSSL cannot.
Digest hmac_sha256(const Digest& key, std::string_view text);

/// In a time that tells nothing of where they differ.
bool is_same_digest(const Digest& a, const Digest& b);

/// Two lower-case letters for each byte.
std::string hex(std::span<const unsigned char> bytes);

}  // namespace freshframe
