#include <gtest/gtest.h>

#include "hub/channel.h"
#include "hub/sent_frames.h"

namespace freshframe {
namespace {

class SentFramesTest : public ::testing::Test {
 protected:
  Channel front_{"front", "a test"};
  Channel back_{"back", "a test"};
  SentFrames sent_;
};

TEST_F(SentFramesTest, AnAcknowledgementIsToldAsACountOfSendings) {
  sent_.add(front_, 100);
  sent_.add(back_, 7);
  sent_.add(front_, 103);
  EXPECT_EQ(sent_.acknowledged(back_, 7), 1u);
  EXPECT_EQ(sent_.acknowledged(front_, 103), 2u);
}

TEST_F(SentFramesTest, ANewerFrameAcknowledgesThoseBefore) {
  sent_.add(front_, 100);
  sent_.add(front_, 101);
  EXPECT_EQ(sent_.acknowledged(front_, 101), 1u);
  EXPECT_EQ(sent_.acknowledged(front_, 100), std::nullopt);
}

TEST_F(SentFramesTest, WhatWasNotSentAcknowledgesNothing) {
  EXPECT_EQ(sent_.acknowledged(front_, 1), std::nullopt);
  sent_.add(front_, 100);
  EXPECT_EQ(sent_.acknowledged(front_, 99), std::nullopt);
  EXPECT_EQ(sent_.acknowledged(back_, 100), std::nullopt);
  EXPECT_EQ(sent_.acknowledged(front_, 100), 0u);
}

// A viewer that guesses ahead must not earn credit for frames that are still in a queue.
TEST_F(SentFramesTest, ANumberThatWasNotSentYetAcknowledgesNothing) {
  sent_.add(front_, 100);
  sent_.add(front_, 103);
  for (const std::uint64_t never_sent : {101u, 102u, 104u, 1'000'000u}) {
    EXPECT_EQ(sent_.acknowledged(front_, never_sent), std::nullopt) << never_sent;
  }
  EXPECT_EQ(sent_.acknowledged(front_, (std::uint64_t{1} << 53) - 1), std::nullopt);
  EXPECT_EQ(sent_.acknowledged(front_, 103), 1u) << "nothing was forgotten for it";
}

TEST_F(SentFramesTest, OnlyTheNewestAreRemembered) {
  for (std::uint64_t sequence = 0; sequence < 1000; ++sequence) {
    sent_.add(front_, sequence);
  }
  // 936 is the oldest that is remembered.
  EXPECT_EQ(sent_.acknowledged(front_, 900), 935u) << "all that this tells is that it acknowledges";
  EXPECT_EQ(sent_.acknowledged(back_, 900), std::nullopt);
  EXPECT_EQ(sent_.acknowledged(front_, 999), 999u);
}

}  // namespace
}  // namespace freshframe
