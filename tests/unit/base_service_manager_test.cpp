#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/service_manager.h"

#include "notify_socket.h"
#include "temporary_directory.h"

namespace freshframe {
namespace {

using std::chrono::microseconds;

class ServiceManagerTest : public ::testing::Test {
 protected:
  static constexpr std::array kVariables = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID",
                                            "LISTEN_PID",    "LISTEN_FDS",    "LISTEN_FDNAMES"};

  ServiceManagerTest() {
    for (const char* variable : kVariables) {
      unsetenv(variable);
    }
  }

  static void given(const char* variable, const std::string& value) {
    setenv(variable, value.c_str(), 1);
  }
  static std::string our_pid() { return std::to_string(getpid()); }
  static std::string another_pid() { return std::to_string(getppid()); }
  std::string socket_path() const { return (folder_ / "notify").string(); }

  const TemporaryDirectory folder_;
};

TEST_F(ServiceManagerTest, WithoutOneNothingIsGivenAndNothingFails) {
  const auto manager = ServiceManager::from_environment();
  ASSERT_TRUE(manager);
  EXPECT_TRUE(manager->passed_sockets().empty());
  EXPECT_EQ(manager->watchdog(), microseconds(0));
  manager->tell_ready("Live");
  manager->tell_alive();
  manager->tell_stopping();
}

TEST_F(ServiceManagerTest, EachThingThatItIsToldIsOneDatagram) {
  NotifySocket notify(socket_path());
  ASSERT_TRUE(notify.is_bound());
  given("NOTIFY_SOCKET", socket_path());
  const auto manager = ServiceManager::from_environment();
  manager->tell_ready("Live at last");
  manager->tell_alive();
  manager->tell_stopping();
  EXPECT_EQ(notify.take(), "READY=1\nSTATUS=Live at last");
  EXPECT_EQ(notify.take(), "WATCHDOG=1");
  EXPECT_EQ(notify.take(), "STOPPING=1");
  EXPECT_EQ(notify.take(), std::nullopt);
}

TEST_F(ServiceManagerTest, ItsSocketMayHaveAnAbstractName) {
  const std::string name = "@freshframe-test-" + our_pid();
  NotifySocket notify(name);
  ASSERT_TRUE(notify.is_bound());
  given("NOTIFY_SOCKET", name);
  ServiceManager::from_environment()->tell_alive();
  EXPECT_EQ(notify.take(), "WATCHDOG=1");
}

// Of a name that is cut the datagram would go to somebody else.
TEST_F(ServiceManagerTest, ANameThatIsTooLongForASocketIsNotCut) {
  const std::string longest = "@" + std::string(sizeof(sockaddr_un::sun_path) - 2, 'x');
  NotifySocket notify(longest);
  ASSERT_TRUE(notify.is_bound());
  given("NOTIFY_SOCKET", longest + "x");
  ServiceManager::from_environment()->tell_alive();
  EXPECT_EQ(notify.take(), std::nullopt);
  given("NOTIFY_SOCKET", longest);
  ServiceManager::from_environment()->tell_alive();
  EXPECT_EQ(notify.take(), "WATCHDOG=1");
}

TEST_F(ServiceManagerTest, AManagerThatTakesNothingHoldsUpNoFeeding) {
  NotifySocket notify(socket_path());
  given("NOTIFY_SOCKET", socket_path());
  const auto manager = ServiceManager::from_environment();
  // Far more than any kernel's net.unix.max_dgram_qlen here; waiting for room would be for ever.
  for (int i = 0; i < 5'000; ++i) {
    manager->tell_alive();
  }
  EXPECT_EQ(notify.take(), "WATCHDOG=1");
}

TEST_F(ServiceManagerTest, TheWatchdogsTimeIsForTheProcessThatItNames) {
  given("WATCHDOG_USEC", "30000000");
  EXPECT_EQ(ServiceManager::from_environment()->watchdog(), std::chrono::seconds(30));
  given("WATCHDOG_USEC", "30000000");
  given("WATCHDOG_PID", our_pid());
  EXPECT_EQ(ServiceManager::from_environment()->watchdog(), std::chrono::seconds(30));
  given("WATCHDOG_USEC", "30000000");
  given("WATCHDOG_PID", another_pid());
  EXPECT_EQ(ServiceManager::from_environment()->watchdog(), microseconds(0));
}

TEST_F(ServiceManagerTest, AWatchdogTimeThatIsNoneIsNoWatchdog) {
  for (const char* text : {"", "0", "-1", "soon", "30s"}) {
    given("WATCHDOG_USEC", text);
    EXPECT_EQ(ServiceManager::from_environment()->watchdog(), microseconds(0)) << text;
  }
  given("WATCHDOG_USEC", "18446744073709551615");
  EXPECT_GT(ServiceManager::from_environment()->watchdog(), std::chrono::hours(24));
}

TEST_F(ServiceManagerTest, PassedSocketsAreForTheProcessThatLISTEN_PIDNames) {
  given("LISTEN_FDS", "2");
  EXPECT_TRUE(ServiceManager::from_environment()->passed_sockets().empty());
  given("LISTEN_FDS", "2");
  given("LISTEN_PID", another_pid());
  EXPECT_TRUE(ServiceManager::from_environment()->passed_sockets().empty());
  given("LISTEN_FDS", "2");
  given("LISTEN_PID", our_pid());
  EXPECT_EQ(ServiceManager::from_environment()->passed_sockets(), (std::vector<int>{3, 4}));
}

TEST_F(ServiceManagerTest, ProcessesThatWeStartInheritNeitherVariablesNorSockets) {
  const int null = open("/dev/null", O_RDONLY);
  ASSERT_NE(null, -1);
  if (null != 3) {
    dup2(null, 3);
    close(null);
  }
  for (const char* variable : kVariables) {
    given(variable, "1");
  }
  given("LISTEN_PID", our_pid());
  const auto manager = ServiceManager::from_environment();
  EXPECT_EQ(manager->passed_sockets(), std::vector<int>{3});
  EXPECT_EQ(fcntl(3, F_GETFD), FD_CLOEXEC);
  close(3);
  for (const char* variable : kVariables) {
    EXPECT_EQ(std::getenv(variable), nullptr) << variable;
  }
}

TEST_F(ServiceManagerTest, ANumberOfSocketsThatIsNoneIsSaidSo) {
  for (const char* text : {"two", "-1", "1 ", "1025", "99999999999999999999"}) {
    given("LISTEN_PID", our_pid());
    given("LISTEN_FDS", text);
    const auto manager = ServiceManager::from_environment();
    ASSERT_FALSE(manager) << text;
    EXPECT_NE(manager.error().reason.find(text), std::string::npos) << manager.error().reason;
  }
}

}  // namespace
}  // namespace freshframe
