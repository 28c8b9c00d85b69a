#pragma once

#include <string_view>

namespace freshframe {

/// This program's version, e.g. "0.1.0".
std::string_view freshframe_version();

}  // namespace freshframe
