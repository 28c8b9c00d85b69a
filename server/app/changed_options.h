#pragma once

#include <string>
#include <vector>

#include "app/options.h"

namespace freshframe {

/// What differs between two, by the names that the configuration file has for it.
std::vector<std::string> changed_options(const Options& before, const Options& after);

}  // namespace freshframe
