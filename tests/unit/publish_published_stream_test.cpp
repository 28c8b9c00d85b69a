#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "hub/channel.h"
#include "hub/viewer.h"
#include "publish/published_stream.h"

#include "png_file.h"

namespace freshframe {
namespace {

using std::chrono::milliseconds;

std::string png(std::uint32_t width_px) {
  return png_file(width_px, 16);
}

/// Notes what it is told: "done", "refused CODE", "taken over", "watched".
class TestPublisher final : public Publisher {
 public:
  void frame_done(const ProtocolError* error) override {
    told_.push_back(error == nullptr ? "done" : "refused " + std::string(to_string(error->code)));
  }
  void taken_over() override { told_.push_back("taken over"); }
  void watched_again() override { told_.push_back("watched"); }

  std::vector<std::string> told_;
};

/// Notes what it is told: "live", "lost", ..., and the width of each picture.
class TestViewer final : public Viewer {
 public:
  void on_picture(Channel& /*channel*/, const PicturePtr& picture) override {
    told_.push_back(std::to_string(picture->width_px));
    pictures_.push_back(picture);
  }
  void on_status(Channel& /*channel*/, const CameraStatus& status) override {
    told_.emplace_back(to_string(status.state));
    reason_ = status.reason;
  }

  std::vector<std::string> told_;
  std::vector<PicturePtr> pictures_;
  std::string reason_;
};

using Strings = std::vector<std::string>;

class PublishedStreamTest : public testing::Test {
 protected:
  // So long that no test meets it, but those that make it short.
  explicit PublishedStreamTest(
      PublishedStreamSettings settings = {.stalled_after = std::chrono::hours(1),
                                          .left_after = std::chrono::hours(1)})
      : stream_(loop_, channel_, settings) {}

  void run_until(const std::function<bool()>& condition) {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), patience) << "what was waited for never came";
      loop_.restart();
      loop_.run_one_for(milliseconds(100));
    }
  }

  std::unique_ptr<PublishedStream::Claim> claim(TestPublisher& publisher, bool takes_over = false,
                                                std::string visitor = {}) {
    auto claimed = stream_.claim(publisher, takes_over, std::move(visitor));
    EXPECT_TRUE(claimed);
    return claimed ? std::move(*claimed) : nullptr;
  }

  std::string refusal(bool takes_over = false, std::string visitor = {}) {
    TestPublisher publisher;
    const auto claimed = stream_.claim(publisher, takes_over, std::move(visitor));
    return claimed ? "claimed" : std::string(to_string(claimed.error().code));
  }

  /// Submits a frame and waits until it is done with.
  void submit(PublishedStream::Claim& claim, TestPublisher& publisher, std::string file) {
    const std::size_t before = publisher.told_.size();
    claim.submit({.bytes = std::move(file)});
    run_until([&] { return publisher.told_.size() > before; });
  }

  CameraState state() const { return channel_.status().state; }

  boost::asio::io_context loop_;
  Channel channel_{"vision", "published"};
  PublishedStream stream_;
  TestPublisher publisher_;
};

TEST_F(PublishedStreamTest, ItIsLostUntilSomebodyPublishesAndWhenNobodyDoesAnyMore) {
  TestViewer viewer;
  const Subscription subscription(channel_, viewer, WireForm::kBinary);
  auto held = claim(publisher_);
  submit(*held, publisher_, png(16));
  EXPECT_EQ(publisher_.told_, (Strings{"done"}));
  held.reset();
  EXPECT_EQ(viewer.told_, (Strings{"lost", "starting", "live", "16", "lost"}));
  EXPECT_EQ(viewer.reason_, "no program publishes to this camera now");
  EXPECT_EQ(viewer.pictures_[0]->sequence, 1U);
}

TEST_F(PublishedStreamTest, ASecondPublisherIsRefusedAndTakesOverWhenItSaysSo) {
  auto held = claim(publisher_);
  EXPECT_EQ(refusal(), "taken");
  EXPECT_TRUE(held->stands());
  TestPublisher second;
  auto taken = claim(second, true);
  EXPECT_EQ(publisher_.told_, (Strings{"taken over"}));
  EXPECT_FALSE(held->stands());
  held.reset();
  EXPECT_TRUE(taken->stands());
  EXPECT_EQ(state(), CameraState::kStarting);
}

TEST_F(PublishedStreamTest, NothingOfAPublisherIsShownWhoWasTakenOverMeanwhile) {
  TestViewer viewer;
  const Subscription subscription(channel_, viewer, WireForm::kBinary);
  auto held = claim(publisher_);
  held->submit({.bytes = png(16)});
  TestPublisher second;
  auto taken = claim(second, true);
  submit(*taken, second, png(32));
  submit(*taken, second, png(32));
  for (const PicturePtr& picture : viewer.pictures_) {
    EXPECT_EQ(picture->width_px, 32);
  }
  EXPECT_EQ(publisher_.told_, (Strings{"taken over"}));
}

TEST_F(PublishedStreamTest, TheSequenceRisesOverAllPublishers) {
  TestViewer viewer;
  const Subscription subscription(channel_, viewer, WireForm::kBinary);
  for (std::uint64_t number = 1; number <= 3; ++number) {
    TestPublisher publisher;
    auto held = claim(publisher);
    submit(*held, publisher, png(16));
    EXPECT_EQ(viewer.pictures_.back()->sequence, number);
  }
}

TEST_F(PublishedStreamTest, EveryFrameIsDoneWithAlsoOneThatANewerReplaced) {
  auto held = claim(publisher_);
  constexpr std::size_t kFrames = 200;
  for (std::size_t i = 0; i < kFrames; ++i) {
    held->submit({.bytes = png(16)});
  }
  run_until([&] { return publisher_.told_.size() == kFrames; });
  EXPECT_EQ(channel_.counters().captured, kFrames);
  EXPECT_EQ(channel_.counters().encoded + channel_.counters().replaced, kFrames);
}

TEST_F(PublishedStreamTest, WhatIsRefusedIsToldToThePublisherAndToViewersAsLongAsNothingIsTaken) {
  TestViewer viewer;
  const Subscription subscription(channel_, viewer, WireForm::kBinary);
  auto held = claim(publisher_);
  submit(*held, publisher_, std::string(160 * 120 * 3, 'x'));
  submit(*held, publisher_, std::string(160 * 120 * 3, 'x'));
  EXPECT_EQ(publisher_.told_, (Strings{"refused raw-pixels", "refused raw-pixels"}));
  EXPECT_EQ(viewer.told_, (Strings{"lost", "starting", "stalled"}));
  EXPECT_TRUE(viewer.reason_.starts_with("what is published is refused: this is 57,600 bytes"))
      << viewer.reason_;
  submit(*held, publisher_, "GIF89a");
  EXPECT_NE(viewer.reason_.find("GIF"), std::string::npos) << viewer.reason_;
  submit(*held, publisher_, png(16));
  submit(*held, publisher_, "GIF89a");
  EXPECT_EQ(viewer.told_, (Strings{"lost", "starting", "stalled", "stalled", "live", "16"}));
  EXPECT_EQ(channel_.counters().dropped_for(EncodeError::kForeign), 4U);
}

TEST_F(PublishedStreamTest, WhoComesLaterOrWantsAnotherFormSeesTheLastPicture) {
  auto held = claim(publisher_);
  submit(*held, publisher_, png(16));
  TestViewer late;
  const Subscription subscription(channel_, late, WireForm::kBinary);
  EXPECT_EQ(publisher_.told_, (Strings{"done", "watched"}));
  run_until([&] { return !late.pictures_.empty(); });
  EXPECT_EQ(late.pictures_[0]->width_px, 16);

  TestViewer other;
  const Subscription other_form(channel_, other, WireForm::kJson);
  run_until([&] { return !other.pictures_.empty(); });
  EXPECT_EQ(other.pictures_[0]->sequence, 1U);
}

TEST_F(PublishedStreamTest, OfAPublisherWhoHasLeftNothingIsShown) {
  auto held = claim(publisher_);
  submit(*held, publisher_, png(16));
  held.reset();
  TestViewer late;
  const Subscription subscription(channel_, late, WireForm::kBinary);
  // The thread has seen the demand when it has looked into another frame.
  auto again = claim(publisher_);
  submit(*again, publisher_, png(32));
  EXPECT_EQ(late.told_, (Strings{"lost", "starting", "live", "32"}));
}

TEST_F(PublishedStreamTest, AVisitorKeepsTheStreamBetweenItsRequests) {
  auto first = claim(publisher_, false, "10.0.0.1");
  submit(*first, publisher_, png(16));
  first.reset();
  EXPECT_EQ(state(), CameraState::kLive);
  EXPECT_EQ(refusal(false, "10.0.0.2"), "taken");
  EXPECT_EQ(refusal(), "taken");
  EXPECT_EQ(refusal(false, "10.0.0.1"), "claimed");
  EXPECT_EQ(refusal(true, "10.0.0.2"), "claimed");
  EXPECT_EQ(refusal(false, "10.0.0.1"), "taken");
}

TEST_F(PublishedStreamTest, AVisitorsNewerRequestTakesThePlaceOfItsOlder) {
  auto older = claim(publisher_, false, "10.0.0.1");
  TestPublisher newer;
  auto second = claim(newer, false, "10.0.0.1");
  EXPECT_EQ(publisher_.told_, (Strings{"taken over"}));
  EXPECT_TRUE(second->stands());
}

TEST_F(PublishedStreamTest, AVisitorWhoIsNoneAfterAllKeepsNothing) {
  auto held = claim(publisher_, false, "10.0.0.1");
  held->leave_at_once();
  held.reset();
  EXPECT_EQ(state(), CameraState::kLost);
  EXPECT_EQ(refusal(), "claimed");
}

class ImpatientPublishedStreamTest : public PublishedStreamTest {
 protected:
  ImpatientPublishedStreamTest()
      : PublishedStreamTest({.stalled_after = milliseconds(20), .left_after = milliseconds(40)}) {}
};

TEST_F(ImpatientPublishedStreamTest, APublisherWhoFallsSilentHasStalledAndIsLiveAgain) {
  auto held = claim(publisher_);
  submit(*held, publisher_, png(16));
  run_until([&] { return state() == CameraState::kStalled; });
  EXPECT_EQ(channel_.status().reason,
            "the program that publishes to this camera sends no pictures");
  submit(*held, publisher_, png(16));
  EXPECT_EQ(state(), CameraState::kLive);
}

TEST_F(ImpatientPublishedStreamTest, AStallTellsWhyFramesAreRefused) {
  auto held = claim(publisher_);
  submit(*held, publisher_, png(16));
  submit(*held, publisher_, "GIF89a");
  run_until([&] { return state() == CameraState::kStalled; });
  EXPECT_TRUE(channel_.status().reason.starts_with("what is published is refused: "))
      << channel_.status().reason;
}

TEST_F(ImpatientPublishedStreamTest, AVisitorWhoFallsSilentHasLeft) {
  auto held = claim(publisher_, false, "10.0.0.1");
  submit(*held, publisher_, png(16));
  held.reset();
  run_until([&] { return state() == CameraState::kLost; });
  EXPECT_EQ(refusal(), "claimed");
}

TEST_F(ImpatientPublishedStreamTest, AVisitorWhoseFramesAreAllRefusedLeavesToo) {
  auto held = claim(publisher_, false, "10.0.0.1");
  submit(*held, publisher_, "GIF89a");
  held.reset();
  EXPECT_EQ(state(), CameraState::kStalled);
  run_until([&] { return state() == CameraState::kLost; });
}

}  // namespace
}  // namespace freshframe
