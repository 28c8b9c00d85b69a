#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <barrier>
#include <chrono>
#include <fstream>
#include <future>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/helper_threads.h"

namespace freshframe {
namespace {

std::string name_of_this_thread() {
  std::array<char, 16> name{};
  pthread_getname_np(pthread_self(), name.data(), name.size());
  return name.data();
}

// Built with ThreadSanitizer it also shows that what parts wrote may be read after run().
TEST(HelperThreadsTest, EachPartIsDoneOnceHoweverManyThereAre) {
  for (std::size_t threads = 0; threads <= 4; ++threads) {
    HelperThreads helpers(threads, "helper");
    EXPECT_EQ(helpers.size(), threads);
    for (int round = 0; round < 20; ++round) {
      for (std::size_t parts = 0; parts <= 20; ++parts) {
        std::vector<int> done(parts, 0);
        helpers.run(parts, [&](std::size_t index) { ++done[index]; });
        EXPECT_EQ(done, std::vector<int>(parts, 1));
      }
    }
  }
}

TEST(HelperThreadsTest, PartsAreDoneSideBySide) {
  HelperThreads helpers(3, "helper");
  for (int round = 0; round < 50; ++round) {
    // Each part waits for the other three: on fewer threads this would not end.
    std::barrier all_have_begun(4);
    helpers.run(4, [&](std::size_t) { all_have_begun.arrive_and_wait(); });
  }
}

TEST(HelperThreadsTest, HelpersHaveTheirNameAndTheOwnerKeepsIts) {
  const std::string own_name = name_of_this_thread();
  HelperThreads helpers(1, "helper-name");
  std::barrier both_have_begun(2);
  std::array<std::string, 2> names;
  std::array<std::thread::id, 2> threads;
  helpers.run(2, [&](std::size_t index) {
    both_have_begun.arrive_and_wait();
    names[index] = name_of_this_thread();
    threads[index] = std::this_thread::get_id();
  });
  const std::size_t helped = threads[0] == std::this_thread::get_id() ? 1 : 0;
  EXPECT_EQ(names[helped], "helper-name");
  EXPECT_EQ(names[1 - helped], own_name);
}

// As on a machine that is too busy to let it run.
TEST(HelperThreadsTest, AHelperThatDoesNotRunIsNotWaitedFor) {
  std::promise<void> gate;
  const std::shared_future<void> opened = gate.get_future().share();
  HelperThreads helpers(2, "helper", [&](std::function<void()> body) {
    return std::thread([opened, body = std::move(body)] {
      opened.wait();
      body();
    });
  });
  for (int round = 0; round < 3; ++round) {
    std::vector<std::thread::id> threads(8);
    helpers.run(8, [&](std::size_t index) { threads[index] = std::this_thread::get_id(); });
    EXPECT_EQ(threads, std::vector(8, std::this_thread::get_id()));
  }
  gate.set_value();
}

TEST(HelperThreadsTest, ThreadsThatTheSystemDoesNotGiveAreDoneWithout) {
  for (std::size_t given = 0; given <= 2; ++given) {
    std::size_t left = given;
    HelperThreads helpers(3, "helper", [&](std::function<void()> body) {
      if (left == 0) {
        throw std::system_error(EAGAIN, std::generic_category());
      }
      --left;
      return HelperThreads::start_thread(std::move(body));
    });
    EXPECT_EQ(helpers.size(), given);
    std::atomic<int> done{0};
    helpers.run(10, [&](std::size_t) { ++done; });
    EXPECT_EQ(done, 10);
  }
}

// From /proc: 'R' of a thread that runs or wants to, 'S' of one that sleeps.
char state_of(int task) {
  std::ifstream file("/proc/self/task/" + std::to_string(task) + "/stat");
  std::string line;
  std::getline(file, line);
  return line[line.rfind(')') + 2];
}

TEST(HelperThreadsTest, HelpersSleepWhenThereIsNothingToDo) {
  HelperThreads helpers(1, "helper");
  std::barrier both_have_begun(2);
  std::array<int, 2> tasks{};
  helpers.run(2, [&](std::size_t index) {
    both_have_begun.arrive_and_wait();
    tasks[index] = gettid();
  });
  const int helper = tasks[tasks[0] == gettid() ? 1 : 0];
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (state_of(helper) != 'S') {
    ASSERT_LT(std::chrono::steady_clock::now(), patience) << "it never slept";
    std::this_thread::yield();
  }
}

TEST(HelperThreadsTest, HelpersThatNeverHadWorkEndToo) {
  HelperThreads(4, "helper").run(0, {});
}

}  // namespace
}  // namespace freshframe
