#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <openssl/types.h>

namespace freshframe {

/// What a person or a program asks of a certificate.
struct CertificateFacts {
  /// SHA-256 of the whole certificate, as browsers show it: "AB:CD:...".
  std::string fingerprint;
  std::chrono::sys_seconds valid_from;
  std::chrono::sys_seconds valid_until;
  /// The host names and IP addresses that it is for, as its subject alternative name lists them.
  std::vector<std::string> names;

  bool is_valid_at(std::chrono::system_clock::time_point time) const {
    return valid_from <= time && time <= valid_until;
  }
};

CertificateFacts facts_of(const X509& certificate);

/// "2027-01-31".
std::string date_text(std::chrono::sys_seconds time);

}  // namespace freshframe
