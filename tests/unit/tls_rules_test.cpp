#include "tls/tls_rules.h"

#include <gtest/gtest.h>

#include <string>

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "tls/tls_identity.h"

#include "test_certificate.h"
#include "tls_peers.h"

namespace freshframe {
namespace {

/// What OpenSSL's client may agree on with the server's rules, for either kind of certificate.
class TlsRulesTest : public ::testing::Test {
 protected:
  TlsRulesTest() : identity_(*TlsIdentity::load(certificate_.files())), client_(lax_client()) {}

  /// Gives the server an RSA key instead, with which alone RSA's own key exchange could be chosen.
  void use_rsa() {
    const KeyPtr key(EVP_RSA_gen(2048));
    const CertificatePtr certificate(X509_new());
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    SSL_CTX* const server = identity_.context().native_handle();
    ASSERT_EQ(SSL_CTX_use_certificate(server, certificate.get()), 1);
    ASSERT_EQ(SSL_CTX_use_PrivateKey(server, key.get()), 1);
  }

  void at_most(int version) { SSL_CTX_set_max_proto_version(client_.get(), version); }

  bool agree_on_tls12_with(const char* ciphers) {
    at_most(TLS1_2_VERSION);
    EXPECT_EQ(SSL_CTX_set_cipher_list(client_.get(), ciphers), 1) << ciphers;
    TlsPeers peers(*client_, identity_.context());
    return peers.shake_hands();
  }

  TestCertificate certificate_;
  TlsIdentity identity_;
  ContextPtr client_;
};

TEST_F(TlsRulesTest, VersionsBefore12AreRefused) {
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    at_most(version);
    TlsPeers old(*client_, identity_.context());
    EXPECT_FALSE(old.shake_hands()) << version;
  }
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    at_most(version);
    TlsPeers current(*client_, identity_.context());
    EXPECT_TRUE(current.shake_hands()) << version;
  }
}

TEST_F(TlsRulesTest, KeyExchangeWithoutForwardSecrecyIsRefused) {
  use_rsa();
  EXPECT_FALSE(agree_on_tls12_with("kRSA"));
  EXPECT_FALSE(agree_on_tls12_with("ADH:AECDH"));
  EXPECT_TRUE(agree_on_tls12_with("ECDHE-RSA-AES128-GCM-SHA256"));
}

TEST_F(TlsRulesTest, FiniteFieldsCostAnAttackerNothingAndAreRefused) {
  use_rsa();
  EXPECT_FALSE(agree_on_tls12_with("kDHE"));
}

TEST_F(TlsRulesTest, CiphersWithoutAuthenticationAreRefused) {
  EXPECT_FALSE(agree_on_tls12_with("ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA384"));
  EXPECT_FALSE(agree_on_tls12_with("eNULL"));
  EXPECT_TRUE(agree_on_tls12_with("ECDHE-ECDSA-AES128-GCM-SHA256"));
  EXPECT_TRUE(agree_on_tls12_with("ECDHE-ECDSA-CHACHA20-POLY1305"));
}

TEST_F(TlsRulesTest, WhatIsFasterHereComesFirst) {
  const CipherSuites with = cipher_suites(/*has_aes_instructions=*/true);
  EXPECT_TRUE(with.tls12.starts_with("ECDHE-ECDSA-AES128-GCM-SHA256:"));
  EXPECT_TRUE(with.tls13.starts_with("TLS_AES_128_GCM_SHA256:"));
  const CipherSuites without = cipher_suites(/*has_aes_instructions=*/false);
  EXPECT_TRUE(without.tls12.starts_with("ECDHE-ECDSA-CHACHA20-POLY1305:"));
  EXPECT_TRUE(without.tls13.starts_with("TLS_CHACHA20_POLY1305_SHA256:"));
}

TEST_F(TlsRulesTest, TheServersOrderCountsExceptForAPeerThatLikesChaChaBest) {
  SSL_CTX_set_cipher_list(client_.get(),
                          "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256");
  at_most(TLS1_2_VERSION);
  TlsPeers peers(*client_, identity_.context());
  ASSERT_TRUE(peers.shake_hands());
  EXPECT_EQ(peers.cipher(), "ECDHE-ECDSA-AES128-GCM-SHA256");

  SSL_CTX_set_ciphersuites(client_.get(), "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256");
  at_most(TLS1_3_VERSION);
  TlsPeers without_aes(*client_, identity_.context());
  ASSERT_TRUE(without_aes.shake_hands());
  EXPECT_EQ(without_aes.cipher(), "TLS_CHACHA20_POLY1305_SHA256");
}

TEST_F(TlsRulesTest, AClientsRenegotiationIsRefused) {
  at_most(TLS1_2_VERSION);
  TlsPeers peers(*client_, identity_.context());
  ASSERT_TRUE(peers.shake_hands());
  ASSERT_EQ(SSL_renegotiate(&peers.client()), 1);
  SSL_do_handshake(&peers.client());
  peers.talk();
  ERR_clear_error();
  EXPECT_FALSE(peers.shake_hands());
  EXPECT_EQ(SSL_num_renegotiations(&peers.client()), 1) << "it was asked for";
  EXPECT_EQ(SSL_renegotiate_pending(&peers.client()), 1) << "and not answered";
}

TEST_F(TlsRulesTest, NothingIsResumed) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    at_most(version);
    TlsPeers first(*client_, identity_.context());
    ASSERT_TRUE(first.shake_hands());
    first.talk();
    using SessionPtr = std::unique_ptr<SSL_SESSION, OpensslDeleter<SSL_SESSION_free>>;
    const SessionPtr session(SSL_get1_session(&first.client()));
    EXPECT_EQ(SSL_SESSION_has_ticket(session.get()), 0);
    TlsPeers second(*client_, identity_.context());
    SSL_set_session(&second.client(), session.get());
    ASSERT_TRUE(second.shake_hands());
    EXPECT_EQ(SSL_session_reused(&second.client()), 0) << version;
  }
}

TEST_F(TlsRulesTest, OnlyHttp11IsSpoken) {
  const auto offer = [&](const std::string& list) {
    SSL_CTX_set_alpn_protos(client_.get(), reinterpret_cast<const unsigned char*>(list.data()),
                            static_cast<unsigned int>(list.size()));
  };
  offer("\x02h2\x08http/1.1");
  TlsPeers browser(*client_, identity_.context());
  ASSERT_TRUE(browser.shake_hands());
  EXPECT_EQ(browser.protocol(), "http/1.1");

  offer(
      "\x03"
      "ftp");
  TlsPeers other(*client_, identity_.context());
  EXPECT_FALSE(other.shake_hands());
}

TEST_F(TlsRulesTest, APeerThatNamesNoProtocolIsServed) {
  TlsPeers peers(*client_, identity_.context());
  ASSERT_TRUE(peers.shake_hands());
  EXPECT_EQ(peers.protocol(), "");
  EXPECT_EQ(peers.version(), "TLSv1.3");
}

}  // namespace
}  // namespace freshframe
