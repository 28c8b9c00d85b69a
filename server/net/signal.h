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
  explicit Signal(const boost::asio::any_io_executor& executor)
      : timer_(executor, boost::asio::steady_timer::time_point::max()) {}

  void notify() {
    notified_ = true;
    timer_.cancel();
  }

  boost::asio::awaitable<void> wait() {
    while (!notified_) {
      // Asio has no condition variable for coroutines; a timer that never expires and is cancelled
      // is its documented stand-in.
      co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
    notified_ = false;
  }

 private:
  boost::asio::steady_timer timer_;
  bool notified_ = false;
};

}  // namespace freshframe
