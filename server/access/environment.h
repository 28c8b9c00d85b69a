#pragma once

#include <cstdlib>

namespace freshframe {

/// The value of an environment variable, in place; null when there is none.
/// Thread: before any other runs.
inline char* environment_variable(const char* name) {
  return std::getenv(name);  // NOLINT(concurrency-mt-unsafe): see above
}

}  // namespace freshframe
