#pragma once

#include <chrono>
#include <filesystem>
#include <optional>

#include "base/result.h"
#include "tls/machine_names.h"
#include "tls/tls_identity.h"

namespace freshframe {

/// What all major browsers and systems take of a certificate that a user has chosen to trust: Apple
/// draws the line (support.apple.com/103769, "825 days").
inline constexpr std::chrono::days kSelfSignedLifetime{825};
/// How long before its end a certificate is replaced.
inline constexpr std::chrono::days kSelfSignedRenewal{30};

/// Sees to a key (ECDSA, P-256; mode 0600) and a certificate that it has signed itself in
/// `directory`, and says where they are.
///
/// People trust the certificate by its fingerprint or by a copy of it, so what is there stays: the
/// key for good, the certificate until it ends in less than kSelfSignedRenewal. When `names` has
/// one that it is not for, that is logged, with the file to delete for a new one. Where both are
/// there and stay, the folder may be one that cannot be written to. Fails with a sentence when the
/// files cannot be read or written or are no such pair.
Result<TlsFiles> keep_self_signed_certificate(const std::filesystem::path& directory,
                                              const MachineNames& names,
                                              std::chrono::system_clock::time_point now);

/// The two files when both are there and would stay, else none: then the folder is written to.
/// Fails as keep_self_signed_certificate() would because of what is there. Makes nothing.
Result<std::optional<TlsFiles>> find_self_signed_certificate(
    const std::filesystem::path& directory, std::chrono::system_clock::time_point now);

}  // namespace freshframe
