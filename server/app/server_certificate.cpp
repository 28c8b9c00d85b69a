#include "app/server_certificate.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/state_directory.h"
#include "tls/self_signed_certificate.h"

namespace freshframe {

namespace {

using Clock = std::chrono::system_clock;

Result<TlsFiles> files_of(const TlsOptions& options, const std::string& chosen_directory) {
  if (!options.is_self_signed) {
    return TlsFiles{.certificate = options.certificate, .key = options.key};
  }
  const Result<std::filesystem::path> directory = state_directory(chosen_directory);
  if (!directory) {
    return directory.error();
  }
  return keep_self_signed_certificate(*directory, machine_names(), Clock::now());
}

std::string validity(const CertificateFacts& facts) {
  return "valid from " + date_text(facts.valid_from) + " to " + date_text(facts.valid_until);
}

}  // namespace

Result<ServerCertificate> ServerCertificate::open(const TlsOptions& options,
                                                  const std::string& state_directory) {
  const Result<TlsFiles> files = files_of(options, state_directory);
  if (!files) {
    return files.error();
  }
  Result<TlsIdentity> identity = TlsIdentity::load(*files);
  if (!identity) {
    return identity.error();
  }
  const CertificateFacts& facts = identity->certificate();
  if (!facts.is_valid_at(Clock::now())) {
    spdlog::warn(
        "the certificate {} is {} only: browsers will refuse it. Renew it, or set this "
        "machine's clock",
        files->certificate.string(), validity(facts));
  }
  spdlog::info("certificate {}, {}", files->certificate.string(), validity(facts));
  return ServerCertificate(options, state_directory, std::move(*identity));
}

Result<void> ServerCertificate::check(const TlsOptions& options,
                                      const std::string& state_directory) {
  if (options.is_self_signed) {
    const Result<std::filesystem::path> directory = state_directory_path(state_directory);
    if (!directory) {
      return directory.error();
    }
    const Result<std::optional<TlsFiles>> kept =
        find_self_signed_certificate(*directory, Clock::now());
    if (!kept) {
      return kept.error();
    }
    if (!*kept) {
      return check_state_directory(state_directory);
    }
  }
  // What is there stays, so that opening it makes nothing.
  const Result<ServerCertificate> certificate = open(options, state_directory);
  return certificate ? Result<void>() : certificate.error();
}

void ServerCertificate::reload() {
  const Result<TlsFiles> files = files_of(options_, state_directory_);
  const Result<void> loaded =
      files ? identity_.reload(*files, Clock::now()) : Result<void>(files.error());
  if (!loaded) {
    spdlog::warn("kept the certificate that was there: {}", loaded.error().reason);
    return;
  }
  spdlog::info("read the certificate {} again: {}, SHA-256 fingerprint {}",
               files->certificate.string(), validity(facts()), facts().fingerprint);
}

}  // namespace freshframe
