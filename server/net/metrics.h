#pragma once

#include <string>

#include "net/services.h"

namespace freshframe {

/// All that is counted, in Prometheus' text format. Source: server/metrics.md, which says what each
/// means.
///
/// Thread: event loop only.
std::string metrics_text(const Services& services);

}  // namespace freshframe
