#include <gtest/gtest.h>

#include <cstdint>

#include "capture/frame_sequence.h"

namespace freshframe {
namespace {

TEST(FrameSequence, CountsFromZeroWhateverTheDriverBeginsWith) {
  FrameSequence sequence;
  EXPECT_EQ(sequence.next(7), 0U);
  EXPECT_EQ(sequence.next(8), 1U);
}

TEST(FrameSequence, KeepsTheGapOfLostFrames) {
  FrameSequence sequence;
  sequence.next(1);
  EXPECT_EQ(sequence.next(2), 1U);
  EXPECT_EQ(sequence.next(5), 4U);
  EXPECT_EQ(sequence.next(6), 5U);
}

TEST(FrameSequence, RisesOverTheWrapOfTheDriversCounter) {
  FrameSequence sequence;
  sequence.next(0xffff'fffe);
  EXPECT_EQ(sequence.next(0xffff'ffff), 1U);
  EXPECT_EQ(sequence.next(0), 2U);
  EXPECT_EQ(sequence.next(2), 4U);
}

TEST(FrameSequence, GoesOnAfterARestart) {
  FrameSequence sequence;
  sequence.next(0);
  EXPECT_EQ(sequence.next(100), 100U);
  sequence.restart();
  EXPECT_EQ(sequence.next(0), 101U);
  EXPECT_EQ(sequence.next(2), 103U);
}

TEST(FrameSequence, ARestartDoesNotCountTheDriversStartAsLostFrames) {
  FrameSequence sequence;
  EXPECT_EQ(sequence.next(0), 0U);
  sequence.restart();
  EXPECT_EQ(sequence.next(50), 1U);
}

TEST(FrameSequence, ADriverThatDoesNotCountIsCountedFor) {
  FrameSequence sequence;
  EXPECT_EQ(sequence.next(0), 0U);
  EXPECT_EQ(sequence.next(0), 1U);
  EXPECT_EQ(sequence.next(0), 2U);
}

TEST(FrameSequence, JumpsBackwardsOrOutOfReasonAreNoCount) {
  FrameSequence sequence;
  sequence.next(1000);
  EXPECT_EQ(sequence.next(3), 1U);
  EXPECT_EQ(sequence.next(3'000'000'000), 2U);
  EXPECT_EQ(sequence.next(3'000'000'001), 3U);
}

TEST(FrameSequence, PassesThirtyTwoBits) {
  FrameSequence sequence;
  std::uint32_t driver = 0;
  std::uint64_t last = sequence.next(driver);
  for (std::uint64_t total = 0; total <= std::uint64_t{1} << 32; total += 200'000) {
    driver += 200'000;
    const std::uint64_t next = sequence.next(driver);
    ASSERT_EQ(next, last + 200'000);
    last = next;
  }
  EXPECT_GT(last, std::uint64_t{1} << 32);
}

}  // namespace
}  // namespace freshframe
