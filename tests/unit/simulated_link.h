#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <random>
#include <vector>

#include "hub/credit_window.h"

namespace freshframe {

/// A camera of the simulation.
struct SimulatedCamera {
  std::size_t frame_bytes = 110'000;
  /// Each frame is larger or smaller than that by up to this share of it, all sizes being equally
  /// likely.
  double size_varies_by = 0;
  std::chrono::microseconds frame_interval{33'333};
  std::chrono::microseconds first_frame_at{0};
};

/// Cameras, a CreditWindow, a link with one queue and a viewer that acknowledges, in simulated
/// time: steps of half a millisecond, nothing random but seeded jitter and sizes.
///
/// The link is a bottleneck of `megabits_per_second` with a queue that holds everything
/// (bufferbloat at its worst); behind it lies the propagation delay. All cameras share one
/// connection: of each the newest frame waits, and they take turns, as in Outbox.
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
  std::vector<SimulatedCamera> cameras{SimulatedCamera{}};
  bool viewer_acknowledges = true;
  unsigned seed = 20261123;

  struct Arrival {
    Duration at;
    Duration age;
    std::size_t camera;
  };
  std::vector<Arrival> arrivals;
  std::size_t most_on_the_way = 0;

  static constexpr std::size_t kAllCameras = std::numeric_limits<std::size_t>::max();

  void run(Duration length) {
    random_jitter_.seed(seed);
    random_sizes_.seed(seed);
    places_.clear();
    for (std::size_t i = 0; i < cameras.size(); ++i) {
      places_.push_back({.camera = i, .next_frame = cameras[i].first_frame_at});
    }
    for (; now_ < length; now_ += kStep) {
      capture();
      while (!acknowledgements_.empty() && acknowledgements_.front().at <= now_) {
        window_.acknowledged(acknowledgements_.front().number, time(now_));
        acknowledgements_.pop_front();
      }
      window_.expire(time(now_));
      send_what_may_leave();
      most_on_the_way = std::max(most_on_the_way, window_.unacknowledged());
      carry();
    }
  }

  /// The age that a share of the frames that arrived from `from` on, to `to`, did not exceed.
  Duration age(double share, Duration from = Duration{0}, Duration to = Duration::max(),
               std::size_t camera = kAllCameras) const {
    std::vector<Duration> ages;
    for (const Arrival& arrival : arrivals) {
      if (counts(arrival, from, to, camera)) {
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

  double frames_per_second(Duration from, Duration to, std::size_t camera = kAllCameras) const {
    const auto count = std::count_if(arrivals.begin(), arrivals.end(), [&](const Arrival& arrival) {
      return counts(arrival, from, to, camera);
    });
    return static_cast<double>(count) / std::chrono::duration<double>(to - from).count();
  }

  /// Of what the link could have carried, the share that it did.
  double link_use(Duration from = Duration{0}, Duration to = Duration::max()) const {
    double carried_bytes = 0;
    double could_carry_bytes = 0;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const Duration at = static_cast<std::int64_t>(i) * kStep;
      if (at >= from && at < to) {
        carried_bytes += steps_[i].carried_bytes;
        could_carry_bytes += steps_[i].could_carry_bytes;
      }
    }
    return carried_bytes / could_carry_bytes;
  }

 private:
  static constexpr Duration kStep{500};

  /// What one camera has waiting.
  struct Place {
    std::size_t camera;
    Duration next_frame;
    bool has_waiting = false;
    Duration captured{0};
    std::size_t bytes = 0;
  };
  struct Queued {
    std::uint64_t number;
    std::size_t camera;
    Duration captured;
    double left_bytes;
  };
  struct Acknowledgement {
    Duration at;
    std::uint64_t number;
  };
  struct Step {
    double carried_bytes;
    double could_carry_bytes;
  };

  static CreditWindow::TimePoint time(Duration since_start) {
    // Not the epoch itself, so that a forgotten "never" shows.
    return CreditWindow::TimePoint{std::chrono::hours(100)} + since_start;
  }

  static bool counts(const Arrival& arrival, Duration from, Duration to, std::size_t camera) {
    return arrival.at >= from && arrival.at < to &&
           (camera == kAllCameras || arrival.camera == camera);
  }

  void capture() {
    for (Place& place : places_) {
      if (now_ < place.next_frame) {
        continue;
      }
      const SimulatedCamera& camera = cameras[place.camera];
      // Not a distribution of the library's: each gives other numbers for the same seed.
      const double chance =
          2.0 * static_cast<double>(random_sizes_()) / static_cast<double>(std::mt19937::max()) -
          1.0;
      place.bytes = static_cast<std::size_t>(static_cast<double>(camera.frame_bytes) *
                                             (1 + camera.size_varies_by * chance));
      place.captured = now_;  // newest wins: the outbox holds one
      place.has_waiting = true;
      place.next_frame += camera.frame_interval;
    }
  }

  void send_what_may_leave() {
    for (;;) {
      const auto place = std::find_if(places_.begin(), places_.end(),
                                      [](const Place& each) { return each.has_waiting; });
      if (place == places_.end() || window_.may_send_at(time(now_)) > time(now_)) {
        return;
      }
      window_.sent(time(now_), place->bytes);
      queue_.push_back({.number = sent_++,
                        .camera = place->camera,
                        .captured = place->captured,
                        .left_bytes = static_cast<double>(place->bytes)});
      place->has_waiting = false;
      std::rotate(place, place + 1, places_.end());
    }
  }

  void carry() {
    const double could_carry_bytes =
        megabits_per_second(now_) * 1e6 / 8 * std::chrono::duration<double>(kStep).count();
    double budget = could_carry_bytes;
    while (budget > 0 && !queue_.empty()) {
      Queued& head = queue_.front();
      const double bytes = std::min(budget, head.left_bytes);
      head.left_bytes -= bytes;
      budget -= bytes;
      if (head.left_bytes <= 0) {
        arrive(head);
        queue_.pop_front();
      }
    }
    steps_.push_back({could_carry_bytes - budget, could_carry_bytes});
  }

  void arrive(const Queued& frame) {
    const Duration at = now_ + propagation;
    arrivals.push_back({at, at - frame.captured, frame.camera});
    const bool is_lost =
        lose_every > 0 && arrivals.size() % static_cast<std::size_t>(lose_every) == 0;
    if (!viewer_acknowledges || is_lost || now_ >= viewer_falls_silent_at) {
      return;
    }
    const Duration late{
        jitter.count() > 0 ? static_cast<std::int64_t>(random_jitter_()) % jitter.count() : 0};
    const Duration back = at + propagation + late;
    // One connection: acknowledgements do not overtake each other.
    acknowledgements_.push_back(
        {acknowledgements_.empty() ? back : std::max(back, acknowledgements_.back().at),
         frame.number});
  }

  CreditWindow window_;
  Duration now_{0};
  std::mt19937 random_jitter_;
  std::mt19937 random_sizes_;
  /// Whose turn it is stands first.
  std::vector<Place> places_;
  std::uint64_t sent_ = 0;
  std::deque<Queued> queue_;
  std::deque<Acknowledgement> acknowledgements_;
  std::vector<Step> steps_;
};

}  // namespace freshframe
