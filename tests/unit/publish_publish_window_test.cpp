#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "publish/publish_window.h"

namespace freshframe {
namespace {

using namespace std::chrono_literals;
using Duration = PublishWindow::Duration;

constexpr int kMost = 8;

class PublishWindowTest : public testing::Test {
 protected:
  void frame(Duration transfer, Duration round_trip, Duration work) {
    window_.arrived(transfer, round_trip);
    window_.done(work);
  }
  /// Until the mean has settled.
  void frames_alike(Duration transfer, Duration round_trip, Duration work = 1ms) {
    for (int i = 0; i < 100; ++i) {
      frame(transfer, round_trip, work);
    }
  }

  PublishWindow window_;
};

TEST_F(PublishWindowTest, TheFirstFrameIsGrantedAlone) {
  EXPECT_EQ(window_.grant(), 1);
  EXPECT_EQ(window_.grant(), 0);
}

TEST_F(PublishWindowTest, OneFrameIsOutWhenTheLinkIsSlow) {
  // A tenth of a second of Wi-Fi for a frame, and a grant is there in a twentieth of that.
  frames_alike(100ms, 5ms);
  EXPECT_EQ(window_.size(), 1);
}

TEST_F(PublishWindowTest, TwoFramesAreOutWhenTheLinkWouldIdleForMoreThanAQuarterOfAFrame) {
  frames_alike(100ms, 23ms);
  EXPECT_EQ(window_.size(), 1);
  frames_alike(100ms, 26ms);
  EXPECT_EQ(window_.size(), 2);
}

TEST_F(PublishWindowTest, ALongPathHoldsAsManyFramesAsArriveInARoundTrip) {
  frames_alike(10ms, 40ms, 0ms);
  EXPECT_EQ(window_.size(), 5);
}

TEST_F(PublishWindowTest, TimeOfWorkCountsAsTimeOnThePath) {
  frames_alike(10ms, 0ms, 40ms);
  EXPECT_EQ(window_.size(), 5);
}

TEST_F(PublishWindowTest, NeverMoreThanEightFramesAreOut) {
  frames_alike(1ms, 10s, 1s);
  EXPECT_EQ(window_.size(), kMost);
  EXPECT_EQ(window_.grant(), kMost);
}

TEST_F(PublishWindowTest, AFrameThatCameInOneReadCountsAsAMillisecond) {
  frames_alike(0ms, 3ms, 0ms);
  EXPECT_EQ(window_.size(), 4);
}

TEST_F(PublishWindowTest, TheWindowFallsAtOnceWhenTransfersSlowDown) {
  frames_alike(5ms, 50ms);
  ASSERT_EQ(window_.size(), kMost);
  frame(500ms, 50ms, 1ms);
  EXPECT_EQ(window_.size(), 1);
}

TEST_F(PublishWindowTest, OneFastTransferOnASlowLinkOpensNothing) {
  frames_alike(100ms, 15ms);
  ASSERT_EQ(window_.size(), 1);
  frame(1ms, 15ms, 1ms);
  EXPECT_EQ(window_.size(), 1);
}

TEST_F(PublishWindowTest, TheWindowOpensAgainAfterAFewFastFrames) {
  frames_alike(5ms, 50ms);
  frame(500ms, 50ms, 1ms);
  int frames = 0;
  while (window_.size() < kMost && frames < 100) {
    frame(5ms, 50ms, 1ms);
    ++frames;
  }
  EXPECT_GT(frames, 3);
  EXPECT_LT(frames, 20);
}

TEST_F(PublishWindowTest, WhatIsGrantedNeverExceedsTheWindow) {
  int out = window_.grant();
  ASSERT_EQ(out, 1);
  // The path changes all the while; the publisher uses each credit as soon as it comes.
  for (int i = 0; i < 1'000; ++i) {
    const int share = i * 7919 % 97;
    window_.arrived(std::chrono::milliseconds(1 + share), std::chrono::milliseconds(97 - share));
    ASSERT_GE(out, 1) << i;
    window_.done(1ms);
    --out;
    const int before = out;
    const int more = window_.grant();
    ASSERT_GE(more, 0);
    out += more;
    ASSERT_LE(out, std::max(window_.size(), before)) << i;
    ASSERT_GE(out, 1) << "a publisher without credit and without a frame under way waits for ever";
  }
}

TEST_F(PublishWindowTest, ASmallerWindowGrantsNothingUntilEnoughFramesAreDone) {
  frames_alike(5ms, 50ms);
  ASSERT_EQ(window_.grant(), kMost);
  for (int out = kMost - 1; out >= 1; --out) {
    frame(500ms, 50ms, 1ms);
    ASSERT_EQ(window_.size(), 1);
    ASSERT_EQ(window_.grant(), 0) << out;
  }
  frame(500ms, 50ms, 1ms);
  EXPECT_EQ(window_.grant(), 1);
}

// A publisher that does not wait for credit must not earn itself more of it.
TEST_F(PublishWindowTest, FramesThatCameWithoutAGrantEarnNone) {
  ASSERT_EQ(window_.grant(), 1);
  for (int i = 0; i < 10; ++i) {
    frame(100ms, 5ms, 1ms);
  }
  EXPECT_EQ(window_.grant(), 1);
  EXPECT_EQ(window_.grant(), 0);
}

TEST_F(PublishWindowTest, OfOneFrameAtATimeThereIsNeverASecond) {
  PublishWindow window;  // not the fixture's, which is granted as if somebody watched
  EXPECT_EQ(window.grant_one(), 1);
  EXPECT_EQ(window.grant_one(), 0);
  window.arrived(std::chrono::milliseconds{1}, std::chrono::seconds{1});
  window.done(std::chrono::milliseconds{1});
  EXPECT_EQ(window.grant_one(), 1);
}

}  // namespace
}  // namespace freshframe
