#include "tls/tls_rules.h"

#include <sys/auxv.h>

#include <string_view>

#include <openssl/ssl.h>

namespace freshframe {

namespace {

constexpr std::string_view kHttp11 = "\x08http/1.1";  // as ALPN writes it: RFC 7301, section 3.1

/// Peers that do not ask are served. Who asks for other protocols only is refused, so that bytes
/// meant for another service are not taken as HTTP: RFC 7301, section 3.2.
int choose_protocol(SSL* /*connection*/, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void* /*nothing*/) {
  const auto* const ours = reinterpret_cast<const unsigned char*>(kHttp11.data());
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, chosen_size, ours, static_cast<unsigned int>(kHttp11.size()),
                            offered, offered_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

CipherSuites cipher_suites(bool has_aes_instructions) {
  const std::string aes12 =
      "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
      "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";
  const std::string chacha12 = "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
  const std::string aes13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384";
  const std::string chacha13 = "TLS_CHACHA20_POLY1305_SHA256";
  if (has_aes_instructions) {
    return {.tls12 = aes12 + ":" + chacha12, .tls13 = aes13 + ":" + chacha13};
  }
  return {.tls12 = chacha12 + ":" + aes12, .tls13 = chacha13 + ":" + aes13};
}

bool has_aes_instructions() {
#if defined(__x86_64__) || defined(__i386__)
  return __builtin_cpu_supports("aes") != 0 && __builtin_cpu_supports("pclmul") != 0;
#elif defined(__aarch64__)
  constexpr unsigned long kAesAndPmull = (1UL << 3) | (1UL << 4);  // linux: asm/hwcap.h
  return (getauxval(AT_HWCAP) & kAesAndPmull) == kAesAndPmull;
#else
  return false;
#endif
}

bool apply_tls_rules(SSL_CTX& context) {
  // With PRIORITIZE_CHACHA a peer that likes ChaCha20 best, having no instructions for AES itself,
  // gets it.
  SSL_CTX_set_options(&context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                                    SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(&context, 0);
  const CipherSuites suites = cipher_suites(has_aes_instructions());
  SSL_CTX_set_alpn_select_cb(&context, choose_protocol, nullptr);
  return SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION) == 1 &&
         SSL_CTX_set_cipher_list(&context, suites.tls12.c_str()) == 1 &&
         SSL_CTX_set_ciphersuites(&context, suites.tls13.c_str()) == 1 &&
         SSL_CTX_set1_groups_list(&context, "X25519:P-256:P-384") == 1;
}

}  // namespace freshframe
