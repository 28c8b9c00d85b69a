#include "tls/tls_identity.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <string>

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "test_certificate.h"
#include "tls_peers.h"

namespace freshframe {
namespace {

using std::chrono::days;
using std::chrono::system_clock;

class TlsIdentityTest : public ::testing::Test {
 protected:
  /// Why these files are no good.
  static std::string refusal(const TlsFiles& files) {
    const auto loaded = TlsIdentity::load(files);
    return loaded ? "loaded" : loaded.error().reason;
  }

  std::filesystem::path file_of(const char* name, const std::string& content) const {
    std::ofstream(certificate_.directory() / name) << content;
    return certificate_.directory() / name;
  }

  /// The fingerprint of the certificate that a new connection sees.
  static std::string shown_by(TlsIdentity& identity) {
    const ContextPtr client = lax_client();
    TlsPeers peers(*client, identity.context());
    EXPECT_TRUE(peers.shake_hands());
    return facts_of(*SSL_get0_peer_certificate(&peers.client())).fingerprint;
  }

  const TestCertificate certificate_;
  const TestCertificate other_;
};

TEST_F(TlsIdentityTest, ShowsItsCertificate) {
  auto identity = TlsIdentity::load(certificate_.files());
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->certificate().fingerprint.size(), 32u * 3 - 1);
  EXPECT_EQ(shown_by(*identity), identity->certificate().fingerprint);
}

TEST_F(TlsIdentityTest, SaysWhatIsWrongWithTheFiles) {
  const TlsFiles good = certificate_.files();
  const auto missing = certificate_.directory() / "missing";
  EXPECT_EQ(refusal({missing, good.key}),
            "the certificate " + missing.string() + " cannot be read: No such file or directory");
  EXPECT_EQ(refusal({good.certificate, missing}),
            "the key " + missing.string() + " cannot be read: No such file or directory");
  EXPECT_NE(refusal({good.certificate, certificate_.directory().path()}).find("Is a directory"),
            std::string::npos);
  EXPECT_NE(refusal({good.key, good.key}).find("holds no certificate in PEM form"),
            std::string::npos);
  EXPECT_NE(refusal({good.certificate, good.certificate}).find("holds no key in PEM form"),
            std::string::npos);
  EXPECT_NE(refusal({good.certificate, file_of("empty", "")}).find("holds no key in PEM form"),
            std::string::npos);
  EXPECT_EQ(refusal({good.certificate, other_.files().key}),
            other_.files().key.string() + " is not the key of the certificate " +
                good.certificate.string() + "; give the two that belong together");
}

TEST_F(TlsIdentityTest, AsksNobodyForAPassphrase) {
  const KeyPtr key(EVP_EC_gen("P-256"));
  const BioPtr memory(BIO_new(BIO_s_mem()));
  char passphrase[] = "secret";
  PEM_write_bio_PrivateKey(memory.get(), key.get(), EVP_aes_128_cbc(), nullptr, 0, nullptr,
                           passphrase);
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  const auto encrypted = file_of("encrypted", std::string(data, static_cast<std::size_t>(size)));
  EXPECT_NE(refusal({certificate_.files().certificate, encrypted}).find("has a passphrase"),
            std::string::npos);
}

TEST_F(TlsIdentityTest, SendsTheCertificatesBehindItsOwn) {
  std::string chain;
  for (const auto& part : {certificate_.files().certificate, other_.files().certificate}) {
    std::ifstream file(part);
    chain.append(std::istreambuf_iterator<char>(file), {});
  }
  auto identity = TlsIdentity::load({file_of("chain", chain), certificate_.files().key});
  ASSERT_TRUE(identity);
  const ContextPtr client = lax_client();
  TlsPeers peers(*client, identity->context());
  ASSERT_TRUE(peers.shake_hands());
  EXPECT_EQ(sk_X509_num(SSL_get_peer_cert_chain(&peers.client())), 2);
}

TEST_F(TlsIdentityTest, ReadAgainItShowsTheNewOne) {
  auto identity = TlsIdentity::load(certificate_.files());
  const std::string before = identity->certificate().fingerprint;
  ASSERT_TRUE(identity->reload(other_.files(), system_clock::now()));
  EXPECT_NE(shown_by(*identity), before);
  EXPECT_EQ(shown_by(*identity), identity->certificate().fingerprint);
}

TEST_F(TlsIdentityTest, KeepsTheOldOneWhenTheNewIsNoGood) {
  auto identity = TlsIdentity::load(certificate_.files());
  const std::string before = identity->certificate().fingerprint;
  const auto now = system_clock::now();
  EXPECT_FALSE(identity->reload({other_.files().certificate, certificate_.files().key}, now));
  EXPECT_FALSE(identity->reload({certificate_.directory() / "missing", other_.files().key}, now));
  const auto expired = identity->reload(other_.files(), now + days{826});
  ASSERT_FALSE(expired);
  EXPECT_NE(expired.error().reason.find(" is valid from "), std::string::npos);
  EXPECT_EQ(shown_by(*identity), before);
}

}  // namespace
}  // namespace freshframe
