#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/pulse.h"
#include "base/service_manager.h"

namespace freshframe {

/// Feeds the service manager's watchdog while the event loop runs and the thread of every camera
/// comes back to waiting. A camera that is lost, has stalled or is not watched feeds it: its thread
/// waits for frames or for the next try, and trying again is all that a new process could do as
/// well. One whose driver hangs in opening or closing, or whose encoder does not return, does not:
/// only a new process gets rid of that.
///
/// Thread: event loop only.
class Watchdog {
 public:
  /// Does nothing where `manager` has no watchdog. `manager` must outlive it.
  Watchdog(boost::asio::io_context& loop, const ServiceManager& manager);

  /// From now on this camera's thread has to move. `pulse` must outlive the watchdog.
  void add(std::string camera, const Pulse& pulse);

  void start();
  /// Gives the event loop nothing more to wait for.
  void stop();

 private:
  using Clock = std::chrono::steady_clock;
  struct Watched {
    std::string camera;
    PulseWatch pulse;
    Clock::time_point moved = Clock::now();
    bool is_complained_of = false;
  };

  void look();
  bool all_have_moved();

  boost::asio::steady_timer timer_;
  const ServiceManager& manager_;
  std::vector<Watched> watched_;
  bool runs_ = false;
};

}  // namespace freshframe
