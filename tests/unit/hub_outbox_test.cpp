#include <gtest/gtest.h>

#include <memory>

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
  std::uint64_t taken_sequence() {
    const std::optional<Outbox::Item> item = outbox_.take();
    return item ? std::get<PicturePtr>(*item)->sequence : 0;
  }

  Outbox outbox_;
};

TEST_F(OutboxTest, ALateViewerGetsTheNewestPictureOnly) {
  outbox_.put(picture(1));
  outbox_.put(picture(2));
  EXPECT_EQ(taken_sequence(), 2u);
  EXPECT_EQ(outbox_.take(), std::nullopt);
  EXPECT_EQ(outbox_.dropped(), 1u);
}

TEST_F(OutboxTest, APictureThatIsReplacedIsFreedAtOnce) {
  const PicturePtr first = picture(1);
  outbox_.put(first);
  outbox_.put(picture(2));
  EXPECT_EQ(first.use_count(), 1);
}

TEST_F(OutboxTest, AStatusOvertakesThePictureThatWaits) {
  outbox_.put(picture(1));
  outbox_.put(CameraStatus{CameraState::kStalled, "no frames"});
  const std::optional<Outbox::Item> item = outbox_.take();
  ASSERT_TRUE(item);
  EXPECT_EQ(std::get<CameraStatus>(*item).state, CameraState::kStalled);
  EXPECT_EQ(taken_sequence(), 1u);
}

TEST_F(OutboxTest, TheNewestStatusStandsForAllBeforeIt) {
  outbox_.put(CameraStatus{CameraState::kLost, "unplugged"});
  outbox_.put(CameraStatus{CameraState::kLive, ""});
  const std::optional<Outbox::Item> item = outbox_.take();
  ASSERT_TRUE(item);
  EXPECT_EQ(std::get<CameraStatus>(*item).state, CameraState::kLive);
  EXPECT_EQ(outbox_.take(), std::nullopt);
}

}  // namespace
}  // namespace freshframe
