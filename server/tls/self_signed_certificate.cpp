#include "tls/self_signed_certificate.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <spdlog/spdlog.h>

#include "base/private_file.h"
#include "tls/openssl_handles.h"

namespace freshframe {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::system_clock;

Failure cannot_make(const fs::path& path, const std::string& reason) {
  return {Failure::Kind::kNoPermission, path.string() + " cannot be made: " + reason};
}

std::string written(BIO& memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(&memory, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string new_key() {
  const KeyPtr key(EVP_EC_gen("P-256"));
  const BioPtr memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(memory.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return written(*memory);
}

KeyPtr parse_key(const std::string& pem) {
  const BioPtr reader(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  KeyPtr key(PEM_read_bio_PrivateKey(reader.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return key;
}

std::vector<std::string> texts_of(const MachineNames& names) {
  std::vector<std::string> texts = names.hosts;
  for (const auto& address : names.addresses) {
    texts.push_back(address.to_string());
  }
  return texts;
}

std::string alternative_names(const MachineNames& names) {
  std::string text;
  for (const std::string& host : names.hosts) {
    text += (text.empty() ? "DNS:" : ",DNS:") + host;
  }
  for (const auto& address : names.addresses) {
    text += (text.empty() ? "IP:" : ",IP:") + address.to_string();
  }
  return text;
}

void add_extension(X509& certificate, int kind, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
  using ExtensionPtr = std::unique_ptr<X509_EXTENSION, OpensslDeleter<X509_EXTENSION_free>>;
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  X509_add_ext(&certificate, extension.get(), -1);
}

void set_random_serial(X509& certificate) {
  std::array<unsigned char, 16> bytes{};
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x3f) | 0x40);  // positive, and never short
  BIGNUM* const number = BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(&certificate));
  BN_free(number);
}

void set_lifetime(X509& certificate, Clock::time_point now) {
  // From a day ago, for a peer whose clock is behind.
  const auto begin = now - std::chrono::days{1};
  ASN1_TIME_set(X509_getm_notBefore(&certificate), Clock::to_time_t(begin));
  ASN1_TIME_set(X509_getm_notAfter(&certificate), Clock::to_time_t(begin + kSelfSignedLifetime));
}

/// A certificate of RFC 5280's version 3 for `names`, signed by its own `key`. It may not sign
/// others: whoever steals the key becomes this server, and no other one.
std::string new_certificate(EVP_PKEY& key, const MachineNames& names, Clock::time_point now) {
  constexpr long kVersion3 = 2;
  const CertificatePtr certificate(X509_new());
  X509_set_version(certificate.get(), kVersion3);
  set_random_serial(*certificate);
  set_lifetime(*certificate, now);
  X509_set_pubkey(certificate.get(), &key);
  X509_NAME* const subject = X509_get_subject_name(certificate.get());
  const std::string name = "Freshframe on " + names.hosts.back();
  constexpr std::size_t kMostLetters = 64;  // ub-common-name: RFC 5280, appendix A.1
  X509_NAME_add_entry_by_txt(
      subject, "CN", MBSTRING_ASC,
      reinterpret_cast<const unsigned char*>(name.substr(0, kMostLetters).c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), subject);
  add_extension(*certificate, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(*certificate, NID_key_usage, "critical,digitalSignature");
  add_extension(*certificate, NID_ext_key_usage, "serverAuth");
  add_extension(*certificate, NID_subject_key_identifier, "hash");
  add_extension(*certificate, NID_authority_key_identifier, "keyid:always");
  add_extension(*certificate, NID_subject_alt_name, alternative_names(names));
  X509_sign(certificate.get(), &key, EVP_sha256());
  const BioPtr memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(memory.get(), certificate.get());
  return written(*memory);
}

/// Null when there is none.
Result<KeyPtr> find_key(const fs::path& path) {
  const auto pem = read_small_file(path);
  if (!pem && (pem.error() == std::errc::no_such_file_or_directory ||
               pem.error() == std::errc::not_a_directory)) {
    return KeyPtr();
  }
  if (!pem) {
    return Failure{Failure::Kind::kNoPermission,
                   "the key " + path.string() + " cannot be read: " + pem.error().message()};
  }
  KeyPtr key = parse_key(*pem);
  if (!key) {
    return Failure{Failure::Kind::kMisconfigured,
                   path.string() + " holds no key; delete it to have a new one made"};
  }
  return key;
}

Result<KeyPtr> keep_key(const fs::path& path) {
  Result<KeyPtr> key = find_key(path);
  if (!key || *key) {
    return key;
  }
  // Whoever comes first makes it: of two servers that start at once, both use the same.
  if (const std::error_code error = write_new_private_file(path, new_key());
      error && error != std::errc::file_exists) {
    return cannot_make(path, error.message());
  }
  key = find_key(path);
  if (key && !*key) {
    return cannot_make(path, "it is gone again");
  }
  return key;
}

/// Why a new certificate is to be made; nothing when the one in `path` is to stay.
std::optional<std::string> reason_to_replace(const fs::path& path, EVP_PKEY& key,
                                             Clock::time_point now) {
  const auto pem = read_small_file(path);
  if (!pem) {
    return pem.error() == std::errc::no_such_file_or_directory ? "there was none"
                                                               : "the one before cannot be read";
  }
  const BioPtr reader(BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size())));
  const CertificatePtr certificate(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (!certificate) {
    return "the one before cannot be read";
  }
  if (X509_check_private_key(certificate.get(), &key) != 1) {
    ERR_clear_error();
    return "the one before belongs to another key";
  }
  if (facts_of(*certificate).valid_until < now + kSelfSignedRenewal) {
    return "the one before ends soon";
  }
  return std::nullopt;
}

void tell_missing_names(const TlsFiles& files, const MachineNames& names) {
  const auto pem = read_small_file(files.certificate);
  const BioPtr reader(BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size())));
  const CertificatePtr certificate(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
  const std::vector<std::string> held = facts_of(*certificate).names;
  std::string missing;
  for (const std::string& name : texts_of(names)) {
    if (std::find(held.begin(), held.end(), name) == held.end()) {
      missing += (missing.empty() ? "" : ", ") + name;
    }
  }
  if (!missing.empty()) {
    spdlog::info(
        "the certificate is not for {}; to have one made that is, delete {} and start again",
        missing, files.certificate.string());
  }
}

TlsFiles files_in(const fs::path& directory) {
  return {.certificate = directory / "self-signed-certificate.pem",
          .key = directory / "self-signed-key.pem"};
}

}  // namespace

Result<TlsFiles> keep_self_signed_certificate(const fs::path& directory, const MachineNames& names,
                                              Clock::time_point now) {
  TlsFiles files = files_in(directory);
  const Result<KeyPtr> key = keep_key(files.key);
  if (!key) {
    return key.error();
  }
  const std::optional<std::string> reason = reason_to_replace(files.certificate, **key, now);
  if (!reason) {
    tell_missing_names(files, names);
    return files;
  }
  if (const std::error_code error =
          replace_file(files.certificate, new_certificate(**key, names, now))) {
    return cannot_make(files.certificate, error.message());
  }
  spdlog::info("made a certificate, {}: {}", *reason, files.certificate.string());
  return files;
}

Result<std::optional<TlsFiles>> find_self_signed_certificate(const fs::path& directory,
                                                             Clock::time_point now) {
  TlsFiles files = files_in(directory);
  if (std::error_code error; fs::is_directory(files.certificate, error)) {
    return cannot_make(files.certificate,
                       std::make_error_code(std::errc::is_a_directory).message());
  }
  const Result<KeyPtr> key = find_key(files.key);
  if (!key) {
    return key.error();
  }
  const bool stays = *key && !reason_to_replace(files.certificate, **key, now);
  return stays ? std::optional(std::move(files)) : std::nullopt;
}

}  // namespace freshframe
