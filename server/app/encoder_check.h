#pragma once

#include "base/result.h"
#include "encode/jpeg_encoder.h"

namespace freshframe {

/// Fails when there is no encoder of the kind that has to be there. Logs which hardware was found.
Result<void> check_encoder(EncoderChoice choice);

}  // namespace freshframe
