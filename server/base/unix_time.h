#pragma once

#include <chrono>

namespace freshframe {

/// A moment in Unix time, to the microsecond: what every time on the wire is.
using UnixTime = std::chrono::sys_time<std::chrono::microseconds>;

/// The present moment. Thread-safe.
inline UnixTime unix_now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace freshframe
