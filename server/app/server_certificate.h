#pragma once

#include <string>
#include <utility>

#include "app/tls_options.h"
#include "base/result.h"
#include "tls/tls_identity.h"

namespace freshframe {

/// The certificate that the options ask for: somebody's files, or one that the server makes for
/// itself and keeps in its state directory.
///
/// Thread: event loop only.
class ServerCertificate {
 public:
  /// Fails with a sentence when it cannot be used. One that has run out is used, with a warning:
  /// a machine without a clock of its own may have the wrong time when it starts.
  static Result<ServerCertificate> open(const TlsOptions& options,
                                        const std::string& state_directory = {});

  /// Fails as open() would, and makes none.
  static Result<void> check(const TlsOptions& options, const std::string& state_directory);

  TlsIdentity& identity() { return identity_; }
  const CertificateFacts& facts() const { return identity_.certificate(); }

  /// Reads the files again, and keeps what was there when they are no good. Logs which.
  void reload();

 private:
  ServerCertificate(TlsOptions options, std::string state_directory, TlsIdentity identity)
      : options_(std::move(options)),
        state_directory_(std::move(state_directory)),
        identity_(std::move(identity)) {}

  TlsOptions options_;
  /// As the user named it; empty: the usual one.
  std::string state_directory_;
  TlsIdentity identity_;
};

}  // namespace freshframe
