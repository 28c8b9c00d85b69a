#pragma once

#include <cstdlib>

/// What a fuzzed function promises. A promise that is broken is a finding, in every build.
inline void check(bool promise) {
  if (!promise) {
    std::abort();
  }
}
