#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "tls/openssl_handles.h"
#include "tls/self_signed_certificate.h"

#include "temporary_directory.h"
#include "test_certificate.h"

namespace freshframe {
namespace {

using std::chrono::days;
using std::chrono::system_clock;

class SelfSignedCertificateTest : public ::testing::Test {
 protected:
  Result<TlsFiles> keep(days later = days{0}, const MachineNames& names = test_names()) {
    return keep_self_signed_certificate(directory_.path(), names, now_ + later);
  }

  CertificatePtr certificate() const {
    const std::string pem = content("self-signed-certificate.pem");
    const BioPtr reader(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return CertificatePtr(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
  }

  CertificateFacts facts() const { return facts_of(*certificate()); }

  std::string content(const char* name) const {
    std::ifstream file(directory_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  void write(const char* name, const std::string& text) const {
    std::ofstream(directory_ / name, std::ios::trunc) << text;
  }

  mode_t mode(const char* name) const {
    struct stat file {};
    ::stat((directory_ / name).c_str(), &file);
    return file.st_mode & 0777;
  }

  const TemporaryDirectory directory_;
  const system_clock::time_point now_ = system_clock::now();
};

TEST_F(SelfSignedCertificateTest, HasTheNamesAndTheLifetimeThatBrowsersTake) {
  ASSERT_TRUE(keep());
  EXPECT_EQ(facts().names, (std::vector<std::string>{"localhost", "camera", "camera.local",
                                                     "127.0.0.1", "2001:db8::7"}));
  EXPECT_TRUE(facts().is_valid_at(now_));
  EXPECT_LE(facts().valid_until - facts().valid_from, days{825});
  EXPECT_FALSE(facts().is_valid_at(now_ + days{825}));
}

TEST_F(SelfSignedCertificateTest, IsForAServerOnThisCurveAndSignsNoOthers) {
  ASSERT_TRUE(keep());
  const CertificatePtr made = certificate();
  EVP_PKEY* const key = X509_get0_pubkey(made.get());
  char group[32]{};
  EVP_PKEY_get_group_name(key, group, sizeof group, nullptr);
  EXPECT_STREQ(group, "prime256v1");
  EXPECT_EQ(X509_verify(made.get(), key), 1);
  EXPECT_EQ(X509_get_extension_flags(made.get()) & EXFLAG_CA, 0u);
  EXPECT_NE(X509_get_extension_flags(made.get()) & EXFLAG_BCONS, 0u);
  EXPECT_EQ(X509_get_key_usage(made.get()), static_cast<unsigned>(KU_DIGITAL_SIGNATURE));
  EXPECT_EQ(X509_get_extended_key_usage(made.get()), static_cast<unsigned>(XKU_SSL_SERVER));
  EXPECT_EQ(X509_get_signature_nid(made.get()), NID_ecdsa_with_SHA256);
}

TEST_F(SelfSignedCertificateTest, TheKeyIsForThisUserOnly) {
  ASSERT_TRUE(keep());
  EXPECT_EQ(mode("self-signed-key.pem"), 0600u);
  EXPECT_EQ(mode("self-signed-certificate.pem"), 0644u);
}

TEST_F(SelfSignedCertificateTest, StaysAsItIs) {
  ASSERT_TRUE(keep());
  const std::string key = content("self-signed-key.pem");
  const std::string fingerprint = facts().fingerprint;
  // Also when the clock is behind, and when the machine has another address.
  ASSERT_TRUE(keep(days{700}));
  ASSERT_TRUE(keep(-days{10'000}));
  MachineNames others = test_names();
  others.addresses.push_back(boost::asio::ip::make_address("192.0.2.9"));
  ASSERT_TRUE(keep(days{1}, others));
  EXPECT_EQ(content("self-signed-key.pem"), key);
  EXPECT_EQ(facts().fingerprint, fingerprint);
}

TEST_F(SelfSignedCertificateTest, IsReplacedBeforeItEndsAndTheKeyStays) {
  ASSERT_TRUE(keep());
  const std::string key = content("self-signed-key.pem");
  const std::string fingerprint = facts().fingerprint;
  ASSERT_TRUE(keep(days{790}));
  EXPECT_EQ(facts().fingerprint, fingerprint);
  ASSERT_TRUE(keep(days{800}));
  EXPECT_NE(facts().fingerprint, fingerprint);
  EXPECT_TRUE(facts().is_valid_at(now_ + days{1600}));
  EXPECT_EQ(content("self-signed-key.pem"), key);
}

TEST_F(SelfSignedCertificateTest, ABrokenCertificateOrAnotherKeysIsReplaced) {
  ASSERT_TRUE(keep());
  write("self-signed-certificate.pem", "cut off by a power cut");
  ASSERT_TRUE(TlsIdentity::load(*keep()));
  const TestCertificate other;
  std::filesystem::copy_file(other.files().certificate, directory_ / "self-signed-certificate.pem",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_TRUE(TlsIdentity::load(*keep()));
}

TEST_F(SelfSignedCertificateTest, ABrokenKeyIsLeftForItsOwnerToSee) {
  write("self-signed-key.pem", "precious");
  const auto kept = keep();
  ASSERT_FALSE(kept);
  EXPECT_NE(kept.error().reason.find("holds no key; delete it"), std::string::npos);
  EXPECT_EQ(content("self-signed-key.pem"), "precious");
}

// A folder that cannot be written to is good enough for what is there already.
TEST_F(SelfSignedCertificateTest, WhereBothAreThereNothingIsWritten) {
  ASSERT_TRUE(keep());
  const auto long_ago = std::filesystem::file_time_type::clock::now() - days{7};
  std::filesystem::last_write_time(directory_.path(), long_ago);
  const auto written = std::filesystem::last_write_time(directory_.path());
  ASSERT_TRUE(keep(days{1}));
  EXPECT_EQ(std::filesystem::last_write_time(directory_.path()), written);
}

TEST_F(SelfSignedCertificateTest, IsFoundWhereItWouldStayAndNothingIsMade) {
  const auto find = [&](days later) {
    return find_self_signed_certificate(directory_.path(), now_ + later);
  };
  ASSERT_TRUE(find(days{0}));
  EXPECT_FALSE(*find(days{0}));
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
  ASSERT_TRUE(keep());
  EXPECT_TRUE(*find(days{790}));
  EXPECT_FALSE(*find(days{800})) << "it ends soon";
  write("self-signed-certificate.pem", "cut off by a power cut");
  EXPECT_FALSE(*find(days{0}));
  EXPECT_EQ(content("self-signed-certificate.pem"), "cut off by a power cut");
  write("self-signed-key.pem", "precious");
  ASSERT_FALSE(find(days{0}));
  EXPECT_EQ(find(days{0}).error().reason, keep().error().reason);
}

TEST_F(SelfSignedCertificateTest, AFolderInItsPlaceIsFoundToBeInTheWay) {
  std::filesystem::create_directory(directory_ / "self-signed-certificate.pem");
  const auto found = find_self_signed_certificate(directory_.path(), now_);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().reason, keep().error().reason);
}

TEST_F(SelfSignedCertificateTest, AFolderThatCannotBeWrittenIsSaidSo) {
  const auto kept = keep_self_signed_certificate(directory_ / "not there", test_names(), now_);
  ASSERT_FALSE(kept);
  EXPECT_NE(kept.error().reason.find("self-signed-key.pem cannot be made: No such file"),
            std::string::npos)
      << kept.error().reason;
}

TEST(MachineNamesTest, HaveTheHostAndItsLoopbackAddressesAndNothingOfASingleLink) {
  const MachineNames names = machine_names();
  EXPECT_EQ(names.hosts.front(), "localhost");
  const auto has = [&](const char* text) {
    return std::find(names.addresses.begin(), names.addresses.end(),
                     boost::asio::ip::make_address(text)) != names.addresses.end();
  };
  EXPECT_TRUE(has("127.0.0.1"));
  EXPECT_TRUE(has("::1"));
  for (const auto& address : names.addresses) {
    EXPECT_FALSE(address.is_v6() && address.to_v6().is_link_local()) << address;
  }
}

}  // namespace
}  // namespace freshframe
