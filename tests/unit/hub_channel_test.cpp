#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hub/channel.h"

namespace freshframe {
namespace {

PicturePtr picture(std::uint64_t sequence) {
  auto made = std::make_shared<Picture>();
  made->sequence = sequence;
  return made;
}

/// Writes down all that it is told.
class NotingViewer final : public Viewer {
 public:
  void on_picture(Channel& /*channel*/, const PicturePtr& picture) override {
    notes.push_back("picture " + std::to_string(picture->sequence));
  }
  void on_status(Channel& /*channel*/, const CameraStatus& status) override {
    notes.push_back(std::string(to_string(status.state)));
  }

  std::vector<std::string> notes;
};

using Notes = std::vector<std::string>;

class ChannelTest : public ::testing::Test {
 protected:
  ChannelTest() {
    channel_.on_demand([this](bool watched) { demand_.push_back(watched); });
  }

  Channel channel_{"front", "a test"};
  std::vector<bool> demand_;
};

TEST_F(ChannelTest, EveryoneWhoWatchesGetsThePicture) {
  NotingViewer ann;
  NotingViewer bob;
  const Subscription anns(channel_, ann);
  const Subscription bobs(channel_, bob);
  channel_.publish(picture(1));
  EXPECT_EQ(ann.notes, (Notes{"idle", "picture 1"}));
  EXPECT_EQ(bob.notes, (Notes{"idle", "picture 1"}));
}

TEST_F(ChannelTest, OneWhoLeftGetsNothingMore) {
  NotingViewer ann;
  NotingViewer bob;
  std::optional<Subscription> anns(std::in_place, channel_, ann);
  const Subscription bobs(channel_, bob);
  anns.reset();
  channel_.publish(picture(1));
  EXPECT_EQ(ann.notes, Notes{"idle"});
  EXPECT_EQ(bob.notes, (Notes{"idle", "picture 1"}));
}

TEST_F(ChannelTest, WhoComesLaterIsToldTheStateAndGivenTheNewestPictureAtOnce) {
  channel_.set_status({CameraState::kLive, ""});
  channel_.publish(picture(1));
  channel_.publish(picture(2));
  NotingViewer late;
  const Subscription subscription(channel_, late);
  EXPECT_EQ(late.notes, (Notes{"live", "picture 2"}));
}

// What stood still is the past: nobody is shown it as if it were live.
TEST_F(ChannelTest, WhoComesAfterTheCameraStalledIsNotGivenItsLastPicture) {
  channel_.set_status({CameraState::kLive, ""});
  channel_.publish(picture(1));
  channel_.set_status({CameraState::kStalled, "no frames"});
  NotingViewer late;
  const Subscription subscription(channel_, late);
  EXPECT_EQ(late.notes, Notes{"stalled"});
}

TEST_F(ChannelTest, AStatusThatSaysNothingNewIsToldOnce) {
  NotingViewer ann;
  const Subscription subscription(channel_, ann);
  channel_.set_status({CameraState::kLost, "unplugged"});
  channel_.set_status({CameraState::kLost, "unplugged"});
  channel_.set_status({CameraState::kLost, "busy"});
  EXPECT_EQ(ann.notes, (Notes{"idle", "lost", "lost"}));
}

TEST_F(ChannelTest, DemandBeginsWithTheFirstViewerAndEndsWithTheLast) {
  NotingViewer viewer;
  {
    const Subscription first(channel_, viewer);
    const Subscription second(channel_, viewer);
    EXPECT_EQ(demand_, std::vector<bool>{true});
  }
  EXPECT_EQ(demand_, (std::vector<bool>{true, false}));
}

}  // namespace
}  // namespace freshframe
