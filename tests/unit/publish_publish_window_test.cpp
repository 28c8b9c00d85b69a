#include <gtest/gtest.h>

#include <chrono>

#include "publish/publish_window.h"

namespace freshframe {
namespace {

using namespace std::chrono_literals;

/// Frames that come one after the other over the same path, each worked on in a millisecond.
int window_after(PublishWindow& window, PublishWindow::Duration transfer,
                 PublishWindow::Duration round_trip, int frames = 1) {
  for (int i = 0; i < frames; ++i) {
    window.arrived(transfer, round_trip);
    window.done(1ms);
    window.grant();
  }
  return window.size();
}

TEST(PublishWindowTest, TheFirstGrantIsOneFrame) {
  PublishWindow window;
  EXPECT_EQ(window.grant(), 1);
  EXPECT_EQ(window.grant(), 0);
}

TEST(PublishWindowTest, OneFrameIsEnoughWhereItTakesLongerThanARoundTrip) {
  PublishWindow window;
  EXPECT_EQ(window_after(window, 110ms, 10ms), 1);
  EXPECT_EQ(window_after(window, 110ms, 20ms), 1);
}

TEST(PublishWindowTest, ALongPathHasAsManyFramesAsFitIntoARoundTripAndOneMore) {
  PublishWindow window;
  EXPECT_EQ(window_after(window, 20ms, 100ms), 6);
}

TEST(PublishWindowTest, ThereAreNeverMoreThanEight) {
  PublishWindow window;
  EXPECT_EQ(window_after(window, 0ms, 10s), 8);
}

TEST(PublishWindowTest, APathThatSlowsDownIsNoticedAtOnceAndOneThatRecoversInAFewFrames) {
  PublishWindow window;
  EXPECT_EQ(window_after(window, 10ms, 40ms), 5);
  EXPECT_EQ(window_after(window, 300ms, 40ms), 1);
  EXPECT_EQ(window_after(window, 10ms, 40ms), 1);
  EXPECT_EQ(window_after(window, 10ms, 40ms, 30), 5);
}

TEST(PublishWindowTest, SlowWorkIsAReasonToHaveTheNextFrameReady) {
  PublishWindow window;
  window.arrived(10ms, 0ms);
  window.done(30ms);
  EXPECT_EQ(window.size(), 4);
}

TEST(PublishWindowTest, WhatIsGrantedIsNeverMoreThanTheWindow) {
  PublishWindow window;
  int granted = window.grant();
  for (int frame = 0; frame < 50; ++frame) {
    window.arrived(frame < 25 ? 10ms : 400ms, 50ms);
    --granted;
    window.done(1ms);
    granted += window.grant();
    ASSERT_LE(granted, frame < 25 ? window.size() : 6) << frame;
  }
  EXPECT_EQ(granted, 1);
}

TEST(PublishWindowTest, FramesThatWereNeverGrantedBringNoMoreThanTheWindow) {
  PublishWindow window;
  for (int frame = 0; frame < 20; ++frame) {
    window.arrived(100ms, 0ms);
    window.done(1ms);
  }
  EXPECT_EQ(window.grant(), 1);
}

}  // namespace
}  // namespace freshframe
