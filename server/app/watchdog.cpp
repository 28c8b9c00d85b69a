#include "app/watchdog.h"

#include <utility>

#include <spdlog/spdlog.h>

namespace freshframe {

namespace {

// A camera that takes a while to open, and is looked at while it does, costs one feeding: so many
// looks fit into the watchdog's time that only a call that fills nearly all of it is its last.
constexpr int kLooksInTime = 8;
constexpr int kComplaintAfterLooks = 4;

}  // namespace

Watchdog::Watchdog(boost::asio::io_context& loop, const ServiceManager& manager)
    : timer_(loop), manager_(manager) {}

void Watchdog::add(std::string camera, const Pulse& pulse) {
  watched_.push_back({.camera = std::move(camera), .pulse = PulseWatch(pulse)});
}

void Watchdog::start() {
  runs_ = manager_.watchdog().count() > 0;
  look();
}

void Watchdog::stop() {
  runs_ = false;
  timer_.cancel();
}

void Watchdog::look() {
  if (!runs_) {
    return;
  }
  timer_.expires_after(manager_.watchdog() / kLooksInTime);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || !runs_) {
      return;
    }
    if (all_have_moved()) {
      manager_.tell_alive();
    }
    look();
  });
}

bool Watchdog::all_have_moved() {
  const Clock::time_point now = Clock::now();
  bool all = true;
  for (Watched& watched : watched_) {
    if (watched.pulse.has_moved()) {
      watched.moved = now;
      watched.is_complained_of = false;
      continue;
    }
    all = false;
    const auto still = now - watched.moved;
    if (still >= manager_.watchdog() * kComplaintAfterLooks / kLooksInTime &&
        !std::exchange(watched.is_complained_of, true)) {
      spdlog::error(
          "{}: the camera has hung for {:.3g} s, most likely in its driver; at {:.3g} s the "
          "watchdog "
          "ends this process",
          watched.camera, std::chrono::duration<double>(still).count(),
          std::chrono::duration<double>(manager_.watchdog()).count());
    }
  }
  return all;
}

}  // namespace freshframe
