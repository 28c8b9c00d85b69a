#pragma once

#include <string>

#include <openssl/types.h>

namespace freshframe {

/// The cipher suites that are offered, best first, as OpenSSL writes them: forward secrecy and
/// authenticated encryption only (RFC 9325, section 4.2).
struct CipherSuites {
  std::string tls12;
  std::string tls13;
};

/// Without instructions for AES, as on a Raspberry Pi up to the fourth, ChaCha20 is several times
/// as fast and comes first; with them AES does.
CipherSuites cipher_suites(bool has_aes_instructions);

/// Whether this machine's processor has them.
bool has_aes_instructions();

/// Sets what this server asks of TLS, whatever its certificate: version 1.2 or later, the suites
/// above in our order, no compression, no renegotiation, no resumption (whose tickets would be
/// decrypted by one key for as long as the server runs), and HTTP/1.1 as the only protocol. False
/// when this OpenSSL does not take all of it; the context must not be used then.
[[nodiscard]] bool apply_tls_rules(SSL_CTX& context);

}  // namespace freshframe
