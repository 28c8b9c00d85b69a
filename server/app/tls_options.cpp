#include "app/tls_options.h"

#include <utility>

namespace freshframe {

namespace {

Failure misconfigured(std::string reason) {
  return {Failure::Kind::kMisconfigured, std::move(reason)};
}

}  // namespace

Result<void> check_tls(const TlsOptions& options) {
  if (options.is_self_signed && !(options.certificate.empty() && options.key.empty())) {
    return misconfigured(
        "a certificate is given and a self-signed one is asked for; leave out one of the two");
  }
  if (options.certificate.empty() != options.key.empty()) {
    return misconfigured(options.key.empty()
                             ? "a certificate without its key; give the key's file too (--tls-key)"
                             : "a key without its certificate; give the certificate's file too "
                               "(--tls-cert)");
  }
  return {};
}

}  // namespace freshframe
