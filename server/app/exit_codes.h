#pragma once

#include <sysexits.h>

#include "base/result.h"

namespace freshframe {

/// What a bad flag, a bad configuration file or a bad token ends the program with.
inline constexpr int kExitBadConfiguration = EX_CONFIG;

/// What a camera, an encoder or a certificate that cannot be had ends it with.
constexpr int exit_code_for(Failure::Kind kind) {
  switch (kind) {
    case Failure::Kind::kUnavailable:
      return EX_UNAVAILABLE;
    case Failure::Kind::kNoPermission:
      return EX_NOPERM;
    case Failure::Kind::kMisconfigured:
      return kExitBadConfiguration;
  }
  return EX_SOFTWARE;
}

/// What ends it when the address cannot be listened on, whatever the reason.
inline constexpr int kExitCannotListen = EX_OSERR;

}  // namespace freshframe
