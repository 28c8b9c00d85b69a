#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace freshframe {

/// Lets one coroutine wait until another part of the event loop has something for it. A
/// notification that comes while nobody waits is kept; several are one.
///
/// Thread: event loop only.
class Signal {
 public:
  using TimePoint = boost::asio::steady_timer::time_point;

  explicit Signal(const boost::asio::any_io_executor& executor) : timer_(executor) {}

  void notify() {
    notified_ = true;
    timer_.cancel();
  }

  boost::asio::awaitable<void> wait() { return wait_until(TimePoint::max()); }

  /// Ends at `deadline` as well.
  boost::asio::awaitable<void> wait_until(TimePoint deadline) {
    if (!notified_) {
      // Asio has no condition variable for coroutines; a timer that is cancelled is its documented
      // stand-in.
      timer_.expires_at(deadline);
      co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
    notified_ = false;
  }

 private:
  boost::asio::steady_timer timer_;
  bool notified_ = false;
};

}  // namespace freshframe
