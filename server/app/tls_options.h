#pragma once

#include <string>

#include "base/result.h"

namespace freshframe {

/// What the user says of TLS; nothing is plain HTTP.
struct TlsOptions {
  std::string certificate;
  std::string key;
  bool is_self_signed = false;

  bool is_wanted() const { return is_self_signed || !certificate.empty() || !key.empty(); }
  friend bool operator==(const TlsOptions&, const TlsOptions&) = default;
};

/// Fails when they do not belong together.
Result<void> check_tls(const TlsOptions& options);

}  // namespace freshframe
