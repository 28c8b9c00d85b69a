#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace freshframe {

/// Room for one value between a thread that makes them and a thread that uses them. A newer value
/// replaces the one that waits: a user that is late wants the present, not the past.
///
/// Thread-safe. One taker at a time.
template <class T>
class LatestSlot {
 public:
  /// Leaves `value` for the taker. True when that threw away one that nobody had taken.
  bool put(T value) {
    // The replaced value dies after the lock is free: its destructor may take its time (a Frame's
    // gives the buffer back to the camera).
    std::optional<T> replaced(std::move(value));
    {
      const std::lock_guard lock(mutex_);
      std::swap(value_, replaced);
    }
    changed_.notify_one();
    return replaced.has_value();
  }

  /// Takes what is there, without waiting.
  std::optional<T> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(value_, std::nullopt);
  }

  /// Waits for a value until `deadline`. Empty at the deadline, and after interrupt().
  std::optional<T> take_until(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    const auto something_happened = [this] { return value_.has_value() || interrupted_; };
    // A deadline of "never" overflows inside some implementations of wait_until.
    if (deadline == std::chrono::steady_clock::time_point::max()) {
      changed_.wait(lock, something_happened);
    } else {
      changed_.wait_until(lock, deadline, something_happened);
    }
    interrupted_ = false;
    return std::exchange(value_, std::nullopt);
  }

  /// Makes the taker that waits, or the next that would, return: something besides values changed.
  void interrupt() {
    {
      const std::lock_guard lock(mutex_);
      interrupted_ = true;
    }
    changed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<T> value_;
  bool interrupted_ = false;
};

}  // namespace freshframe
