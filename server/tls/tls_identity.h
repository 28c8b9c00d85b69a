#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include <boost/asio/ssl/context.hpp>

#include "base/result.h"
#include "tls/certificate_facts.h"

namespace freshframe {

/// Where a certificate and its key lie, in PEM form (RFC 7468). Behind the certificate, in the same
/// file, come those that it was issued by.
struct TlsFiles {
  std::filesystem::path certificate;
  std::filesystem::path key;
};

/// The certificate that new connections are shown. It can be read again while the server runs;
/// connections that are there keep the one they began with.
///
/// Thread: event loop only.
class TlsIdentity {
 public:
  /// Fails with a sentence when a file cannot be read, holds something else or does not belong to
  /// the other.
  static Result<TlsIdentity> load(const TlsFiles& files);

  /// Loads the files again. When that fails, or their certificate is not valid `now`, what was
  /// loaded before stays and the failure says what is wrong.
  Result<void> reload(const TlsFiles& files, std::chrono::system_clock::time_point now);

  boost::asio::ssl::context& context() { return *context_; }
  const CertificateFacts& certificate() const { return certificate_; }

 private:
  TlsIdentity(std::unique_ptr<boost::asio::ssl::context> context, CertificateFacts certificate)
      : context_(std::move(context)), certificate_(std::move(certificate)) {}

  std::unique_ptr<boost::asio::ssl::context> context_;
  CertificateFacts certificate_;
};

}  // namespace freshframe
