#pragma once

#include <string>

#include "base/unix_time.h"

namespace freshframe {

/// The value of X-Timestamp, as other camera servers send it with a picture: Unix time in seconds,
/// to the microsecond.
std::string timestamp_header(UnixTime captured);

}  // namespace freshframe
