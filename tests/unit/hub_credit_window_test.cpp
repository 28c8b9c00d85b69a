#include <gtest/gtest.h>

#include <chrono>

#include "hub/credit_window.h"

#include "simulated_link.h"

namespace freshframe {
namespace {

using namespace std::chrono_literals;
using Duration = SimulatedLink::Duration;

auto constant(double megabits_per_second) {
  return [megabits_per_second](Duration) { return megabits_per_second; };
}

/// How long the link's wire needs for one frame.
Duration wire_time(const SimulatedLink& link, double megabits_per_second) {
  return Duration(static_cast<std::int64_t>(static_cast<double>(link.cameras[0].frame_bytes) * 8 /
                                            megabits_per_second));
}

// What a thin link carries is one frame after the other: each is fresh, and the wire is never idle
// for long. The queue of the simulated link holds everything, so what keeps the age down is the
// window.
TEST(CreditWindowTest, AThinLinkNeverHasAQueue) {
  SimulatedLink link;
  link.megabits_per_second = constant(8);
  link.run(40s);
  EXPECT_LE(link.age(0.99, 5s), 250ms);
  EXPECT_GE(link.link_use(), 0.85);
}

// Before the first acknowledgement nobody knows that the link is thin; what was sent until then has
// to drain once.
TEST(CreditWindowTest, AVeryThinLinkIsFreshOnceItsFirstFramesHaveDrained) {
  SimulatedLink link;
  link.megabits_per_second = constant(2);
  link.run(40s);
  EXPECT_LE(link.age(0.99, 10s), 600ms);
  EXPECT_GE(link.link_use(), 0.85);
}

TEST(CreditWindowTest, ALongFastLinkGetsTheFullRate) {
  SimulatedLink link;
  link.megabits_per_second = constant(50);
  link.propagation = 50ms;
  link.run(40s);
  EXPECT_GE(link.frames_per_second(5s, 40s), 29.5);
  EXPECT_LE(link.age(0.99, 5s), wire_time(link, 50) + 50ms + 35ms);
}

// A frame is late when it took longer than one of its size takes. Sizes that differ must not look
// like a queue: a small frame's time is no measure for a large one's.
TEST(CreditWindowTest, FramesOfDifferentSizesGetTheFullRateOnALongFastLink) {
  SimulatedLink link;
  link.megabits_per_second = constant(50);
  link.propagation = 50ms;
  link.cameras[0].size_varies_by = 0.4;
  link.run(40s);
  EXPECT_GE(link.frames_per_second(10s, 40s), 29.0);
  EXPECT_LE(link.age(0.99, 10s), 110ms);
}

TEST(CreditWindowTest, ALargeAndASmallCameraBothGetTheFullRateOnALongFastLink) {
  for (const Duration propagation : {20ms, 50ms}) {
    SimulatedLink link;
    link.megabits_per_second = constant(50);
    link.propagation = propagation;
    link.cameras = {SimulatedCamera{.frame_bytes = 110'000},
                    SimulatedCamera{.frame_bytes = 10'000, .first_frame_at = 12ms}};
    link.run(40s);
    for (const std::size_t camera : {0u, 1u}) {
      EXPECT_GE(link.frames_per_second(10s, 40s, camera), 29.0) << propagation.count() << " us";
    }
    EXPECT_LE(link.age(0.99, 10s), propagation + 60ms);
  }
}

TEST(CreditWindowTest, FramesOfDifferentSizesDoNotFillAThinLinksQueue) {
  SimulatedLink link;
  link.megabits_per_second = constant(8);
  link.cameras[0].size_varies_by = 0.4;
  link.run(40s);
  EXPECT_LE(link.age(0.99, 10s), 250ms);
  EXPECT_GE(link.link_use(), 0.85);
}

TEST(CreditWindowTest, ALocalNetworkGetsTheFullRateWithOneFrameOnItsWay) {
  SimulatedLink link;
  link.megabits_per_second = constant(900);
  link.propagation = 300us;
  link.run(20s);
  EXPECT_GE(link.frames_per_second(1s, 20s), 29.9);
  EXPECT_EQ(link.most_on_the_way, 1u);
}

TEST(CreditWindowTest, JitterCostsAFastLinkLittle) {
  SimulatedLink link;
  link.megabits_per_second = constant(50);
  link.propagation = 10ms;
  link.jitter = 40ms;
  link.run(40s);
  EXPECT_GE(link.frames_per_second(5s, 40s), 28.5);
  EXPECT_LE(link.age(0.99, 5s), 100ms);
}

TEST(CreditWindowTest, JitterDoesNotFillAThinLinksQueue) {
  SimulatedLink link;
  link.megabits_per_second = constant(8);
  link.propagation = 10ms;
  link.jitter = 40ms;
  link.run(40s);
  EXPECT_LE(link.age(0.99, 5s), 300ms);
  EXPECT_GE(link.link_use(), 0.85);
}

TEST(CreditWindowTest, ALinkThatBecomesThinIsFreshAgainWithinTwoFrames) {
  SimulatedLink link;
  link.propagation = 5ms;
  link.megabits_per_second = [](Duration now) { return now < 20s || now >= 40s ? 20.0 : 1.0; };
  link.run(60s);
  const Duration thin_wire = wire_time(link, 1);
  // The two frames that may have been on their way as it changed; then never more than one and a
  // half wire times old, which is one on the wire and what a frame waits for its turn.
  EXPECT_LE(link.age(0.99, 20s + 2 * thin_wire, 40s), 2 * thin_wire);
  EXPECT_LE(link.age(0.5, 20s + 2 * thin_wire, 40s), thin_wire * 5 / 4);
  // And it takes the speed that comes back.
  EXPECT_GE(link.frames_per_second(43s, 60s), 19.0);
  EXPECT_LE(link.age(0.99, 43s, 60s), 150ms);
}

TEST(CreditWindowTest, AfterAStallTheFirstFrameIsNotFollowedByOldOnes) {
  SimulatedLink link;
  link.megabits_per_second = [](Duration now) { return now % 5s < 500ms ? 0.0 : 8.0; };
  link.run(40s);
  EXPECT_LE(link.age(0.99, 5s), 500ms + 2 * wire_time(link, 8));
  EXPECT_LE(link.age(0.5, 5s), 250ms);
  EXPECT_GE(link.link_use(), 0.85);
}

TEST(CreditWindowTest, ALostAcknowledgementDoesNotFreezeTheStream) {
  SimulatedLink link;
  link.megabits_per_second = constant(8);
  link.lose_every = 5;
  link.run(40s);
  EXPECT_GE(link.frames_per_second(5s, 40s), 3.0);
  EXPECT_LE(link.age(0.99, 5s), 300ms);
}

TEST(CreditWindowTest, ManyLostAcknowledgementsDoNotMakeItWaitLongerAndLonger) {
  SimulatedLink link;
  link.megabits_per_second = constant(8);
  link.lose_every = 2;
  link.run(60s);
  EXPECT_GE(link.frames_per_second(30s, 60s), 1.5);
  EXPECT_LE(link.age(0.99, 5s), 300ms);
}

TEST(CreditWindowTest, AViewerThatFallsSilentGetsFewFramesButIsNotFrozen) {
  SimulatedLink link;
  link.megabits_per_second = constant(8);
  link.viewer_falls_silent_at = 10s;
  link.run(60s);
  const double rate = link.frames_per_second(20s, 60s);
  EXPECT_GT(rate, 0.0);
  EXPECT_LT(rate, 1.0);
}

TEST(CreditWindowTest, AViewerThatNeverAcknowledgesIsNotHeldBack) {
  SimulatedLink link;
  link.megabits_per_second = constant(900);
  link.viewer_acknowledges = false;
  link.run(10s);
  EXPECT_GE(link.frames_per_second(1s, 10s), 29.9);
}

constexpr CreditWindow::TimePoint kStart{100h};
constexpr std::size_t kBytes = 100'000;

TEST(CreditWindowTest, AnAcknowledgementCountsForTheFramesBefore) {
  CreditWindow window;
  for (int i = 0; i < 5; ++i) {
    window.sent(kStart + i * 10ms, kBytes);
  }
  EXPECT_EQ(window.unacknowledged(), 5u);
  window.acknowledged(3, kStart + 60ms);
  EXPECT_EQ(window.unacknowledged(), 1u);
}

TEST(CreditWindowTest, AnAcknowledgementOfWhatWasNeverSentChangesNothing) {
  CreditWindow window;
  window.acknowledged(0, kStart);
  window.sent(kStart, kBytes);
  window.acknowledged(1, kStart + 5ms);
  window.acknowledged(~std::uint64_t{0}, kStart + 5ms);
  EXPECT_EQ(window.unacknowledged(), 1u);
  EXPECT_EQ(window.may_send_at(kStart), kStart) << "nobody has acknowledged anything yet";
}

TEST(CreditWindowTest, ASecondAcknowledgementOfAFrameChangesNothing) {
  CreditWindow window;
  window.sent(kStart, kBytes);
  window.acknowledged(0, kStart + 10ms);
  window.sent(kStart + 33ms, kBytes);
  const auto may_send_at = window.may_send_at(kStart + 34ms);
  window.acknowledged(0, kStart + 34ms);
  EXPECT_EQ(window.unacknowledged(), 1u);
  EXPECT_EQ(window.may_send_at(kStart + 34ms), may_send_at);
}

// One that shows every frame in order and is slower than the camera may say its first word when the
// frame that it means was forgotten. It says all the same that it acknowledges.
TEST(CreditWindowTest, AFirstAcknowledgementThatComesVeryLateBeginsTheCredits) {
  CreditWindow window;
  for (int i = 0; i < 100; ++i) {
    window.sent(kStart + i * 33ms, kBytes);
  }
  const auto now = kStart + 3300ms;
  EXPECT_EQ(window.may_send_at(now), now);
  window.acknowledged(0, now);
  EXPECT_GT(window.may_send_at(now), now);
}

TEST(CreditWindowTest, WhatIsRememberedOfASilentViewerIsBounded) {
  CreditWindow window;
  for (int i = 0; i < 10'000; ++i) {
    window.sent(kStart + i * 1ms, kBytes);
  }
  EXPECT_LE(window.unacknowledged(), 64u);
}

}  // namespace
}  // namespace freshframe
