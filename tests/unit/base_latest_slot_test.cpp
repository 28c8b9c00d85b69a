#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <thread>

#include "base/latest_slot.h"

namespace freshframe {
namespace {

constexpr auto kNever = std::chrono::steady_clock::time_point::max();
constexpr auto kLongAgo = std::chrono::steady_clock::time_point::min();

TEST(LatestSlotTest, ALateTakerGetsTheNewestOnly) {
  LatestSlot<int> slot;
  EXPECT_FALSE(slot.put(1));
  EXPECT_TRUE(slot.put(2));
  EXPECT_EQ(slot.take(), 2);
  EXPECT_EQ(slot.take(), std::nullopt);
}

TEST(LatestSlotTest, WaitingEndsWithTheValueThatComes) {
  LatestSlot<int> slot;
  std::thread maker([&] { slot.put(7); });
  EXPECT_EQ(slot.take_until(kNever), 7);
  maker.join();
}

TEST(LatestSlotTest, WaitingEndsAtItsDeadline) {
  LatestSlot<int> slot;
  EXPECT_EQ(slot.take_until(kLongAgo), std::nullopt);
}

TEST(LatestSlotTest, AnInterruptThatComesFirstIsNotLost) {
  LatestSlot<int> slot;
  slot.interrupt();
  EXPECT_EQ(slot.take_until(kNever), std::nullopt);
}

TEST(LatestSlotTest, AnInterruptCountsOnce) {
  LatestSlot<int> slot;
  slot.interrupt();
  slot.interrupt();
  EXPECT_EQ(slot.take_until(kNever), std::nullopt);
  slot.put(3);
  EXPECT_EQ(slot.take_until(kNever), 3);
}

// A frame's destructor gives its buffer back to the camera, which may call put() again at once: the
// replaced value must die when the slot is unlocked.
TEST(LatestSlotTest, AReplacedValueMayUseTheSlotAsItDies) {
  struct Reenters {
    LatestSlot<std::unique_ptr<Reenters>>* slot;
    ~Reenters() {
      if (slot != nullptr) {
        slot->take();
      }
    }
  };
  LatestSlot<std::unique_ptr<Reenters>> slot;
  slot.put(std::unique_ptr<Reenters>(new Reenters{&slot}));
  EXPECT_TRUE(slot.put(nullptr));
  EXPECT_EQ(slot.take(), std::nullopt) << "the replaced value took what replaced it";
}

// Every value is either taken or reported as replaced, and what is taken only ever gets newer.
TEST(LatestSlotTest, TwoThreadsLoseNothingUncounted) {
  constexpr int kValues = 20'000;
  LatestSlot<int> slot;
  int replaced = 0;
  std::thread maker([&] {
    for (int i = 1; i <= kValues; ++i) {
      replaced += slot.put(i) ? 1 : 0;
    }
  });
  int taken = 0;
  int newest = 0;
  while (newest < kValues) {
    const std::optional<int> value = slot.take_until(kNever);
    ASSERT_TRUE(value);
    EXPECT_GT(*value, newest);
    newest = *value;
    ++taken;
  }
  maker.join();
  EXPECT_EQ(taken + replaced, kValues);
}

}  // namespace
}  // namespace freshframe
