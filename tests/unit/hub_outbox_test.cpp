#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "hub/channel.h"
#include "hub/outbox.h"

namespace freshframe {
namespace {

PicturePtr picture(std::uint64_t sequence) {
  auto made = std::make_shared<Picture>();
  made->sequence = sequence;
  return made;
}

class OutboxTest : public ::testing::Test {
 protected:
  /// What leaves next, in words.
  std::string taken() {
    if (const auto note = outbox_.take_note()) {
      if (const auto* status = std::get_if<StatusDue>(&*note)) {
        return status->channel->name() + " " + std::string(to_string(status->status.state));
      }
      if (const auto* pong = std::get_if<PongDue>(&*note)) {
        return "pong " + std::to_string(pong->ping.client_time_us);
      }
      if (const auto* controls = std::get_if<ControlsDue>(&*note)) {
        return controls->channel->name() + " controls " + controls->id_json;
      }
      return std::get<ProtocolError>(*note).reason;
    }
    if (const auto waiting = outbox_.take_picture()) {
      return waiting->channel->name() + " " + std::to_string(waiting->picture->sequence);
    }
    return "nothing";
  }

  Channel front_{"front", "a test"};
  Channel back_{"back", "a test"};
  Outbox outbox_;
};

TEST_F(OutboxTest, ALateViewerGetsTheNewestPictureOnly) {
  outbox_.put(front_, picture(1));
  outbox_.put(front_, picture(2));
  EXPECT_EQ(taken(), "front 2");
  EXPECT_EQ(taken(), "nothing");
}

TEST_F(OutboxTest, APictureThatIsReplacedIsFreedAtOnce) {
  const PicturePtr first = picture(1);
  outbox_.put(front_, first);
  outbox_.put(front_, picture(2));
  EXPECT_EQ(first.use_count(), 1);
}

TEST_F(OutboxTest, HoweverOftenControlsChangeTheyAreToldOnceBeforePictures) {
  outbox_.put(front_, picture(1));
  outbox_.put_controls(front_);
  outbox_.put_controls(front_);
  outbox_.put(ControlsDue{&back_, std::nullopt, "7"});
  EXPECT_EQ(taken(), "back controls 7");
  EXPECT_EQ(taken(), "front controls ");
  EXPECT_EQ(taken(), "front 1");
  EXPECT_EQ(taken(), "nothing");
}

TEST_F(OutboxTest, AStatusOvertakesThePictureThatWaits) {
  outbox_.put(front_, picture(1));
  outbox_.put(front_, CameraStatus{CameraState::kStalled, "no frames"});
  EXPECT_EQ(taken(), "front stalled");
  EXPECT_EQ(taken(), "front 1");
}

TEST_F(OutboxTest, TheNewestStatusOfACameraStandsForAllBeforeIt) {
  outbox_.put(front_, CameraStatus{CameraState::kLost, "unplugged"});
  outbox_.put(back_, CameraStatus{CameraState::kIdle, ""});
  outbox_.put(front_, CameraStatus{CameraState::kLive, ""});
  EXPECT_EQ(taken(), "front live");
  EXPECT_EQ(taken(), "back idle");
  EXPECT_EQ(taken(), "nothing");
}

TEST_F(OutboxTest, AnAnswerOvertakesEverything) {
  outbox_.put(front_, picture(1));
  outbox_.put(front_, CameraStatus{CameraState::kLive, ""});
  outbox_.put(PongDue{{.client_time_us = 7}, "", {}});
  EXPECT_EQ(taken(), "pong 7");
  EXPECT_EQ(taken(), "front live");
  EXPECT_EQ(taken(), "front 1");
}

TEST_F(OutboxTest, CamerasTakeTurns) {
  outbox_.put(front_, picture(1));
  outbox_.put(back_, picture(11));
  EXPECT_EQ(taken(), "front 1");
  // The fast camera is there again before the other had its turn.
  outbox_.put(front_, picture(2));
  EXPECT_EQ(taken(), "back 11");
  EXPECT_EQ(taken(), "front 2");
}

TEST_F(OutboxTest, WhatIsForgottenDoesNotLeave) {
  outbox_.put(front_, picture(1));
  outbox_.put(front_, CameraStatus{CameraState::kLive, ""});
  outbox_.put(back_, picture(2));
  outbox_.forget(front_);
  EXPECT_EQ(taken(), "back 2");
  EXPECT_EQ(taken(), "nothing");
}

TEST_F(OutboxTest, AViewerThatAsksFasterThanItReadsLosesTheOldestAnswers) {
  for (int i = 1; i <= 1000; ++i) {
    outbox_.put(PongDue{{.client_time_us = i}, "", {}});
  }
  EXPECT_EQ(taken(), "pong 985");
  int left = 0;
  while (taken() != "nothing") {
    ++left;
  }
  EXPECT_EQ(left, 15);
}

}  // namespace
}  // namespace freshframe
