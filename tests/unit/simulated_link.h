#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <random>
#include <vector>

#include "hub/credit_window.h"

namespace freshframe {

/// A camera, a CreditWindow, a link with one queue and a viewer that acknowledges, in simulated
/// time: steps of half a millisecond, nothing random but a seeded jitter.
///
/// The link is a bottleneck of `bytes_per_second` with a queue that holds everything (bufferbloat
/// at its worst); behind it lies the propagation delay.
class SimulatedLink {
 public:
  using Duration = std::chrono::microseconds;

  std::function<double(Duration)> megabits_per_second = [](Duration) { return 8.0; };
  /// One way.
  Duration propagation{1'000};
  /// Each acknowledgement is late by up to this much.
  Duration jitter{0};
  /// Every n-th acknowledgement is lost; 0: none.
  int lose_every = 0;
  /// From when on no acknowledgement comes any more.
  Duration viewer_falls_silent_at = Duration::max();
  std::size_t frame_bytes = 110'000;
  Duration frame_interval{33'333};
  bool viewer_acknowledges = true;
  unsigned seed = 20261123;

  struct Arrival {
    Duration at;
    Duration age;
  };
  std::vector<Arrival> arrivals;
  double carried_bytes = 0;
  double could_carry_bytes = 0;
  std::size_t most_on_the_way = 0;

  void run(Duration length) {
    constexpr Duration kStep{500};
    std::mt19937 random(seed);
    Duration next_frame{0};
    int acknowledged = 0;
    for (; now_ < length; now_ += kStep) {
      if (now_ >= next_frame) {
        waiting_ = now_;  // newest wins: the outbox holds one
        has_waiting_ = true;
        next_frame += frame_interval;
      }
      while (!acknowledgements_.empty() && acknowledgements_.front().at <= now_) {
        window_.acknowledged(acknowledgements_.front().number, time(now_));
        acknowledgements_.pop_front();
      }
      window_.expire(time(now_));
      if (has_waiting_ && window_.may_send_at() <= time(now_)) {
        window_.sent(time(now_));
        queue_.push_back({.number = sent_++,
                          .captured = waiting_,
                          .left_bytes = static_cast<double>(frame_bytes)});
        has_waiting_ = false;
      }
      most_on_the_way = std::max(most_on_the_way, window_.unacknowledged());

      double budget =
          megabits_per_second(now_) * 1e6 / 8 * std::chrono::duration<double>(kStep).count();
      could_carry_bytes += budget;
      while (budget > 0 && !queue_.empty()) {
        Queued& head = queue_.front();
        const double bytes = std::min(budget, head.left_bytes);
        head.left_bytes -= bytes;
        budget -= bytes;
        carried_bytes += bytes;
        if (head.left_bytes <= 0) {
          arrivals.push_back({now_ + propagation, now_ + propagation - head.captured});
          ++acknowledged;
          const bool is_lost = lose_every > 0 && acknowledged % lose_every == 0;
          if (viewer_acknowledges && !is_lost && now_ < viewer_falls_silent_at) {
            const Duration late{
                jitter.count() > 0 ? static_cast<std::int64_t>(random()) % jitter.count() : 0};
            const Duration at = now_ + 2 * propagation + late;
            // One connection: acknowledgements do not overtake each other.
            acknowledgements_.push_back(
                {acknowledgements_.empty() ? at : std::max(at, acknowledgements_.back().at),
                 head.number});
          }
          queue_.pop_front();
        }
      }
    }
  }

  /// The age that a share of the frames that arrived from `from` on, to `to`, did not exceed.
  Duration age(double share, Duration from = Duration{0}, Duration to = Duration::max()) const {
    std::vector<Duration> ages;
    for (const Arrival& arrival : arrivals) {
      if (arrival.at >= from && arrival.at < to) {
        ages.push_back(arrival.age);
      }
    }
    if (ages.empty()) {
      return Duration::max();
    }
    std::sort(ages.begin(), ages.end());
    return ages[std::min(ages.size() - 1,
                         static_cast<std::size_t>(share * static_cast<double>(ages.size())))];
  }

  double frames_per_second(Duration from, Duration to) const {
    const auto count = std::count_if(arrivals.begin(), arrivals.end(), [&](const Arrival& arrival) {
      return arrival.at >= from && arrival.at < to;
    });
    return static_cast<double>(count) / std::chrono::duration<double>(to - from).count();
  }

  double link_use() const { return carried_bytes / could_carry_bytes; }

 private:
  struct Queued {
    std::uint64_t number;
    Duration captured;
    double left_bytes;
  };
  struct Acknowledgement {
    Duration at;
    std::uint64_t number;
  };

  static CreditWindow::TimePoint time(Duration since_start) {
    // Not the epoch itself, so that a forgotten "never" shows.
    return CreditWindow::TimePoint{std::chrono::hours(100)} + since_start;
  }

  CreditWindow window_;
  Duration now_{0};
  Duration waiting_{0};
  bool has_waiting_ = false;
  std::uint64_t sent_ = 0;
  std::deque<Queued> queue_;
  std::deque<Acknowledgement> acknowledgements_;
};

}  // namespace freshframe
