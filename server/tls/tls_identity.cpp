#include "tls/tls_identity.h"

#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "base/private_file.h"
#include "tls/openssl_handles.h"
#include "tls/tls_rules.h"

namespace freshframe {

namespace {

namespace ssl = boost::asio::ssl;

Failure misconfigured(std::string reason) {
  return {Failure::Kind::kMisconfigured, std::move(reason)};
}

std::string openssl_reason() {
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return reason == nullptr ? "no reason given" : reason;
}

Result<std::string> content_of(const std::filesystem::path& path, std::string_view what) {
  auto content = read_small_file(path);
  if (!content) {
    return Failure{content.error() == std::errc::permission_denied ? Failure::Kind::kNoPermission
                                                                   : Failure::Kind::kMisconfigured,
                   "the " + std::string(what) + " " + path.string() +
                       " cannot be read: " + content.error().message()};
  }
  return *std::move(content);
}

BioPtr reader_of(const std::string& content) {
  return BioPtr(BIO_new_mem_buf(content.data(), static_cast<int>(content.size())));
}

/// Instead of OpenSSL's own, which asks whoever sits at the terminal.
int no_passphrase(char* /*room*/, int /*size*/, int /*for_writing*/, void* was_asked) {
  *static_cast<bool*>(was_asked) = true;
  return -1;
}

/// The first certificate in the file is the server's; null when there is none.
CertificatePtr read_certificate(BIO& reader) {
  return CertificatePtr(PEM_read_bio_X509(&reader, nullptr, nullptr, nullptr));
}

Result<CertificateFacts> use_certificate(SSL_CTX& context, const TlsFiles& files) {
  const auto content = content_of(files.certificate, "certificate");
  if (!content) {
    return content.error();
  }
  const BioPtr reader = reader_of(*content);
  const CertificatePtr certificate = read_certificate(*reader);
  if (!certificate) {
    ERR_clear_error();
    return misconfigured(files.certificate.string() +
                         " holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
  }
  if (SSL_CTX_use_certificate(&context, certificate.get()) != 1) {
    return misconfigured("the certificate " + files.certificate.string() +
                         " cannot be used: " + openssl_reason());
  }
  while (CertificatePtr issuer = read_certificate(*reader)) {
    if (SSL_CTX_add1_chain_cert(&context, issuer.get()) != 1) {
      return misconfigured("a certificate behind the first in " + files.certificate.string() +
                           " cannot be used: " + openssl_reason());
    }
  }
  ERR_clear_error();
  return facts_of(*certificate);
}

Result<void> use_key(SSL_CTX& context, const TlsFiles& files) {
  const auto content = content_of(files.key, "key");
  if (!content) {
    return content.error();
  }
  bool has_passphrase = false;
  const BioPtr reader = reader_of(*content);
  const KeyPtr key(PEM_read_bio_PrivateKey(reader.get(), nullptr, &no_passphrase, &has_passphrase));
  if (has_passphrase) {
    ERR_clear_error();
    return misconfigured("the key " + files.key.string() +
                         " has a passphrase, which nobody can type when the server starts by "
                         "itself; take it off with: openssl pkey -in OLD -out NEW");
  }
  if (!key) {
    ERR_clear_error();
    return misconfigured(files.key.string() +
                         " holds no key in PEM form (-----BEGIN PRIVATE KEY-----)");
  }
  if (SSL_CTX_use_PrivateKey(&context, key.get()) != 1 ||
      SSL_CTX_check_private_key(&context) != 1) {
    ERR_clear_error();
    return misconfigured(files.key.string() + " is not the key of the certificate " +
                         files.certificate.string() + "; give the two that belong together");
  }
  return {};
}

}  // namespace

Result<TlsIdentity> TlsIdentity::load(const TlsFiles& files) {
  auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
  SSL_CTX& native = *context->native_handle();
  if (!apply_tls_rules(native)) {
    return misconfigured("this machine's OpenSSL does not offer what is asked of TLS here: " +
                         openssl_reason());
  }
  Result<CertificateFacts> facts = use_certificate(native, files);
  if (!facts) {
    return facts.error();
  }
  if (const auto used = use_key(native, files); !used) {
    return used.error();
  }
  return TlsIdentity(std::move(context), std::move(*facts));
}

Result<void> TlsIdentity::reload(const TlsFiles& files, std::chrono::system_clock::time_point now) {
  Result<TlsIdentity> fresh = load(files);
  if (!fresh) {
    return fresh.error();
  }
  if (const CertificateFacts& facts = fresh->certificate(); !facts.is_valid_at(now)) {
    return misconfigured("the certificate " + files.certificate.string() + " is valid from " +
                         date_text(facts.valid_from) + " to " + date_text(facts.valid_until) +
                         " only");
  }
  *this = std::move(*fresh);
  return {};
}

}  // namespace freshframe
