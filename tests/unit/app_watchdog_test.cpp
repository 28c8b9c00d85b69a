#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>

#include "app/watchdog.h"

#include "notify_socket.h"

namespace freshframe {
namespace {

class WatchdogTest : public ::testing::Test {
 protected:
  /// `usec` as in WATCHDOG_USEC.
  void start(const std::string& usec) {
    setenv("NOTIFY_SOCKET", name_.c_str(), 1);
    setenv("WATCHDOG_USEC", usec.c_str(), 1);
    manager_ = *ServiceManager::from_environment();
    watchdog_.emplace(loop_, manager_);
    watchdog_->add("door", door_);
    watchdog_->add("desk", desk_);
    watchdog_->start();
  }
  /// Lets the watchdog look once. True when it fed then.
  bool feeds() {
    loop_.run_one();
    const bool feeds = notify_.take() == "WATCHDOG=1";
    EXPECT_EQ(notify_.take(), std::nullopt) << "once a look";
    return feeds;
  }

  const std::string name_ = "@freshframe-watchdog-" + std::to_string(getpid());
  NotifySocket notify_{name_};
  boost::asio::io_context loop_;
  ServiceManager manager_;
  Pulse door_;
  Pulse desk_;
  std::optional<Pulse::Rest> door_rests_{door_};
  std::optional<Pulse::Rest> desk_rests_{desk_};
  std::optional<Watchdog> watchdog_;
};

TEST_F(WatchdogTest, FeedsAtEachLookWhileAllCamerasRest) {
  start("8000");
  EXPECT_TRUE(feeds());
  EXPECT_TRUE(feeds());
  EXPECT_TRUE(feeds());
}

// What it makes sure of: one camera that hangs is not hidden by another that runs.
TEST_F(WatchdogTest, DoesNotFeedWhileOneCameraHangsAndGoesOnWhenItDoes) {
  start("8000");
  ASSERT_TRUE(feeds());
  door_rests_.reset();
  EXPECT_TRUE(feeds()) << "it had only begun";
  EXPECT_FALSE(feeds());
  EXPECT_FALSE(feeds());
  door_rests_.emplace(door_);
  EXPECT_TRUE(feeds());
}

TEST_F(WatchdogTest, WithoutAWatchdogNothingIsToldAndNothingIsWaitedFor) {
  start("0");
  loop_.run();
  EXPECT_EQ(notify_.take(), std::nullopt);
}

TEST_F(WatchdogTest, StoppedItLetsTheEventLoopEnd) {
  start("3600000000");
  watchdog_->stop();
  loop_.run();
  EXPECT_EQ(notify_.take(), std::nullopt);
}

}  // namespace
}  // namespace freshframe
