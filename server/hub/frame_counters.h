#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/histogram.h"
#include "encode/jpeg_encoder.h"

namespace freshframe {

/// What became of a camera's frames since the server started. Every frame that arrives is counted
/// as captured, and then in at most one of the others; frames that come while nobody watches, and
/// those above the rate that was asked of the camera, are in none.
///
/// Thread-safe.
struct FrameCounters {
  using EncodeTime = Histogram<8>;
  static constexpr EncodeTime::Bounds kEncodeTimes{
      std::chrono::microseconds(100), std::chrono::microseconds(500),
      std::chrono::milliseconds(1),   std::chrono::microseconds(2500),
      std::chrono::milliseconds(5),   std::chrono::milliseconds(10),
      std::chrono::milliseconds(33),  std::chrono::milliseconds(100)};
  static constexpr std::array kEncodeErrors{EncodeError::kTruncated, EncodeError::kForeign,
                                            EncodeError::kWrongShape, EncodeError::kFailed};

  std::atomic<std::uint64_t> captured{0};
  std::atomic<std::uint64_t> encoded{0};
  /// A newer frame came before the encoder was free.
  std::atomic<std::uint64_t> replaced{0};
  /// Times the camera was opened anew after a failure.
  std::atomic<std::uint64_t> restarts{0};
  /// From taking a frame to its picture, in all forms that were wanted.
  EncodeTime encode_time{kEncodeTimes};
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
