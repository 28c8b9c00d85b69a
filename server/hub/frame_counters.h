#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "encode/jpeg_encoder.h"

namespace freshframe {

/// What became of a camera's frames since the server started. Every frame that arrives is counted
/// as captured, and then in at most one of the others; frames that come while nobody watches, and
/// those above the rate that was asked of the camera, are in none.
///
/// Thread-safe.
struct FrameCounters {
  static constexpr std::array kEncodeErrors{EncodeError::kTruncated, EncodeError::kForeign,
                                            EncodeError::kWrongShape, EncodeError::kFailed};

  std::atomic<std::uint64_t> captured{0};
  std::atomic<std::uint64_t> encoded{0};
  /// A newer frame came before the encoder was free.
  std::atomic<std::uint64_t> replaced{0};
  /// By EncodeError.
  std::array<std::atomic<std::uint64_t>, kEncodeErrors.size()> dropped{};

  std::atomic<std::uint64_t>& dropped_for(EncodeError error) {
    return dropped[static_cast<std::size_t>(error)];
  }
  std::uint64_t dropped_for(EncodeError error) const {
    return dropped[static_cast<std::size_t>(error)];
  }
};

}  // namespace freshframe
