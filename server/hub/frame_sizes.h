#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace freshframe {

/// What a frame's size has to do with the time that it takes on its way, as frames that arrived
/// tell: the line through sizes and times that fits the last few dozen best.
///
/// Pure. Thread: one at a time.
class FrameSizes {
 public:
  using Duration = std::chrono::steady_clock::duration;

  /// A frame of `bytes` was `took` on its way.
  void learn(std::size_t bytes, Duration took) {
    const double size = static_cast<double>(bytes);
    const double time = seconds(took);
    const double weight = std::max(kWeight, 1.0 / static_cast<double>(++count_));
    const double size_off = size - usual_bytes_;
    const double time_off = time - usual_seconds_;
    usual_bytes_ += weight * size_off;
    usual_seconds_ += weight * time_off;
    variance_ = (1 - weight) * (variance_ + weight * size_off * size_off);
    covariance_ = (1 - weight) * (covariance_ + weight * size_off * time_off);
  }

  /// How many times the usual size this is; 1 before anything is known.
  double share_of_usual(std::size_t bytes) const {
    return usual_bytes_ > 0 ? static_cast<double>(bytes) / usual_bytes_ : 1.0;
  }

  /// How much longer than one of the usual size a frame of `bytes` takes alone; less is negative.
  Duration extra_time(std::size_t bytes) const {
    const double extra = seconds_per_byte() * (static_cast<double>(bytes) - usual_bytes_);
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(extra));
  }

 private:
  // Sizes that differ by less tell nothing but noise.
  static constexpr double kLeastDeviation = 0.03;
  static constexpr double kWeight = 1.0 / 32;

  static double seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
  }

  double seconds_per_byte() const {
    const double least = kLeastDeviation * usual_bytes_;
    if (variance_ <= least * least) {
      return 0;
    }
    // A larger frame takes no less time, and no part of a path takes longer than the whole.
    return std::clamp(covariance_ / variance_, 0.0, usual_seconds_ / usual_bytes_);
  }

  std::size_t count_ = 0;
  double usual_bytes_ = 0;
  double usual_seconds_ = 0;
  double variance_ = 0;
  double covariance_ = 0;
};

}  // namespace freshframe
