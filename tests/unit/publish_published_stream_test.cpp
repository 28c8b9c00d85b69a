#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "hub/channel.h"
#include "publish/published_stream.h"

#include "small_jpeg.h"

namespace freshframe {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using Code = ProtocolError::Code;
using Claim = std::unique_ptr<PublishedStream::Claim>;
using Notes = std::vector<std::string>;

/// Writes down all that it is told.
class NotingPublisher final : public Publisher {
 public:
  void frame_done(const ProtocolError* error) override {
    ++frames_done;
    if (error != nullptr) {
      errors.emplace_back(to_string(error->code));
    }
  }
  void taken_over() override { ++takeovers; }
  void watched_again() override { ++watched; }

  int frames_done = 0;
  int takeovers = 0;
  int watched = 0;
  Notes errors;
};

/// Writes down the states, and the pictures by their width.
class NotingViewer final : public Viewer {
 public:
  void on_picture(Channel& /*channel*/, const PicturePtr& picture) override {
    notes.push_back("picture " + std::to_string(picture->width_px));
    sequences.push_back(picture->sequence);
    last = picture;
  }
  void on_status(Channel& /*channel*/, const CameraStatus& status) override {
    notes.emplace_back(to_string(status.state));
  }

  Notes notes;
  std::vector<std::uint64_t> sequences;
  PicturePtr last;
};

constexpr auto kJson = WireForm::kJson;
constexpr auto kBinary = WireForm::kBinary;

const std::string kGif = "GIF89a" + std::string(100, '\0');

class PublishedStreamTest : public ::testing::Test {
 protected:
  PublishedStreamTest() { start({hours(1), hours(1), hours(1)}); }

  void start(const PublishedStreamSettings& settings) {
    stream_.reset();
    stream_.emplace(loop_, channel_, settings);
  }

  /// Runs the event loop until `condition` holds. A test that waits in vain fails after 60 s.
  void run_until(const std::function<bool()>& condition) {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), patience) << "what was waited for never came";
      loop_.restart();
      handlers_run_ += loop_.run_one_for(milliseconds(100));
    }
  }

  /// Of two timers the loop handles the earlier first, however late it is itself: so what is due
  /// earlier has happened, and what is due later has not, unless this machine stood still.
  void run_for(milliseconds time) {
    boost::asio::steady_timer later(loop_, time);
    bool it_is_later = false;
    later.async_wait([&](const boost::system::error_code&) { it_is_later = true; });
    run_until([&] { return it_is_later; });
  }

  void run_one_handler() {
    run_until([this, before = handlers_run_] { return handlers_run_ > before; });
  }

  Claim claim(Publisher& publisher, bool takes_over = false, std::string visitor = {}) {
    auto claimed = stream_->claim(publisher, takes_over, claimant(std::move(visitor)));
    EXPECT_TRUE(claimed.has_value());
    return claimed ? std::move(*claimed) : nullptr;
  }

  static Claimant claimant(std::string visitor) {
    const bool is_visitor = !visitor.empty();
    return {std::move(visitor), is_visitor};
  }

  bool is_taken_for(Publisher& publisher, std::string visitor = {}) {
    const auto claimed = stream_->claim(publisher, false, claimant(std::move(visitor)));
    return claimed.has_error() && claimed.error().code == Code::kTaken;
  }

  /// Submits `image` and waits until it is done with.
  void publish(const Claim& claim, NotingPublisher& publisher, std::string image) {
    const int done = publisher.frames_done;
    claim->submit({.bytes = std::move(image)});
    run_until([&] { return publisher.frames_done > done; });
  }

  CameraState state() const { return channel_.status().state; }
  const std::string& reason() const { return channel_.status().reason; }
  void run_until(CameraState awaited) {
    run_until([this, awaited] { return state() == awaited; });
  }

  boost::asio::io_context loop_;
  std::size_t handlers_run_ = 0;
  Channel channel_{"vision", "published"};
  std::optional<PublishedStream> stream_;
  NotingPublisher ann_;
  NotingPublisher bob_;
  NotingViewer viewer_;
};

TEST_F(PublishedStreamTest, AStreamThatNobodyClaimedIsLost) {
  EXPECT_EQ(state(), CameraState::kLost);
  EXPECT_EQ(reason(), "no program publishes to this camera now");
}

TEST_F(PublishedStreamTest, AClaimedStreamStartsAndItsFirstPictureMakesItLive) {
  const Subscription subscription(channel_, viewer_, kJson);
  const Claim anns = claim(ann_);
  EXPECT_TRUE(anns->stands());
  publish(anns, ann_, small_jpeg(20));
  EXPECT_EQ(viewer_.notes, (Notes{"lost", "starting", "live", "picture 20"}));
  EXPECT_EQ(ann_.frames_done, 1);
  EXPECT_EQ(ann_.errors, Notes{});
  EXPECT_EQ(channel_.counters().captured, 1u);
  EXPECT_EQ(channel_.counters().encoded, 1u);
}

TEST_F(PublishedStreamTest, AStreamThatSomebodyHoldsIsTaken) {
  const Claim anns = claim(ann_);
  const auto bobs = stream_->claim(bob_, false);
  ASSERT_TRUE(bobs.has_error());
  EXPECT_EQ(bobs.error().code, Code::kTaken);
  EXPECT_TRUE(anns->stands());
  EXPECT_EQ(ann_.takeovers, 0);
}

TEST_F(PublishedStreamTest, WhoIsDisplacedIsToldOnce) {
  const Claim anns = claim(ann_);
  const Claim bobs = claim(bob_, true);
  EXPECT_EQ(ann_.takeovers, 1);
  EXPECT_EQ(bob_.takeovers, 0);
  EXPECT_FALSE(anns->stands());
  EXPECT_TRUE(bobs->stands());
}

TEST_F(PublishedStreamTest, WhoWasDisplacedMayEndWithoutTheStreamBeingLost) {
  Claim anns = claim(ann_);
  const Claim bobs = claim(bob_, true);
  anns.reset();
  EXPECT_EQ(state(), CameraState::kStarting);
  EXPECT_TRUE(bobs->stands());
}

TEST_F(PublishedStreamTest, AStreamWhosePublisherLeavesIsLostAtOnceAndFreeForTheNext) {
  Claim anns = claim(ann_);
  publish(anns, ann_, small_jpeg());
  anns.reset();
  EXPECT_EQ(state(), CameraState::kLost);
  EXPECT_EQ(reason(), "no program publishes to this camera now");
  const Claim bobs = claim(bob_);
  EXPECT_EQ(state(), CameraState::kStarting);
}

TEST_F(PublishedStreamTest, AStreamWithoutPicturesStallsAndGoesOnWithTheNext) {
  start({milliseconds(20), hours(1), hours(1)});
  const Claim anns = claim(ann_);
  publish(anns, ann_, small_jpeg());
  run_until(CameraState::kStalled);
  EXPECT_EQ(reason(), "the program that publishes to this camera sends no pictures");
  publish(anns, ann_, small_jpeg());
  EXPECT_EQ(reason(), "");
  run_until(CameraState::kStalled);
}

TEST_F(PublishedStreamTest, ARefusalIsWhyAStreamThatStartsStalls) {
  const Claim anns = claim(ann_);
  publish(anns, ann_, kGif);
  EXPECT_EQ(ann_.errors, Notes{"other-format"});
  EXPECT_EQ(state(), CameraState::kStalled);
  EXPECT_TRUE(reason().starts_with("what is published is refused: ")) << reason();
  EXPECT_NE(reason().find("GIF"), std::string::npos) << reason();
}

TEST_F(PublishedStreamTest, ViewersAreToldTheSameRefusalOnceAndAnotherAgain) {
  const Subscription subscription(channel_, viewer_, kJson);
  const Claim anns = claim(ann_);
  publish(anns, ann_, kGif);
  publish(anns, ann_, kGif);
  EXPECT_EQ(viewer_.notes, (Notes{"lost", "starting", "stalled"}));
  publish(anns, ann_, small_jpeg().substr(0, 100));
  EXPECT_EQ(viewer_.notes, (Notes{"lost", "starting", "stalled", "stalled"}));
  EXPECT_EQ(ann_.errors, (Notes{"other-format", "other-format", "truncated-image"}));
  EXPECT_EQ(channel_.counters().dropped_for(EncodeError::kForeign), 2u);
  EXPECT_EQ(channel_.counters().dropped_for(EncodeError::kTruncated), 1u);
}

TEST_F(PublishedStreamTest, ARefusedFrameLeavesAStreamLiveUntilItStallsForThat) {
  start({milliseconds(300), hours(1), hours(1)});
  const Claim anns = claim(ann_);
  publish(anns, ann_, small_jpeg());
  publish(anns, ann_, kGif);
  EXPECT_EQ(ann_.errors, Notes{"other-format"});
  run_until(CameraState::kStalled);
  EXPECT_TRUE(reason().starts_with("what is published is refused: ")) << reason();
}

TEST_F(PublishedStreamTest, ARefusalBeforeTheLastPictureIsNotWhyAStreamStalls) {
  start({milliseconds(20), hours(1), hours(1)});
  const Claim anns = claim(ann_);
  publish(anns, ann_, kGif);
  publish(anns, ann_, small_jpeg());
  run_until(CameraState::kStalled);
  EXPECT_EQ(reason(), "the program that publishes to this camera sends no pictures");
}

// Some of them are replaced by the next before the thread looks at them, how many is up to it.
TEST_F(PublishedStreamTest, EachFrameIsDoneWithOnceThoughSomeAreReplaced) {
  const Subscription subscription(channel_, viewer_, kJson);
  const Claim anns = claim(ann_);
  int submitted = 0;
  while (channel_.counters().replaced == 0) {
    anns->submit({.bytes = small_jpeg()});
    ++submitted;
  }
  anns->submit({.bytes = small_jpeg(99)});
  ++submitted;
  run_until([&] { return !viewer_.notes.empty() && viewer_.notes.back() == "picture 99"; });
  EXPECT_EQ(ann_.frames_done, submitted);
  EXPECT_EQ(ann_.errors, Notes{});
  EXPECT_EQ(channel_.counters().encoded + channel_.counters().replaced,
            static_cast<std::uint64_t>(submitted));
}

TEST_F(PublishedStreamTest, FramesOfADisplacedPublisherAreNeitherShownNorReported) {
  const Subscription subscription(channel_, viewer_, kJson);
  const Claim anns = claim(ann_);
  anns->submit({.bytes = small_jpeg(20)});
  const Claim bobs = claim(bob_, true);
  publish(bobs, bob_, small_jpeg(30));
  EXPECT_EQ(viewer_.notes, (Notes{"lost", "starting", "live", "picture 30"}));
  EXPECT_EQ(ann_.frames_done, 0);
  EXPECT_EQ(bob_.frames_done, 1);
}

TEST_F(PublishedStreamTest, RefusalsOfOneWhoLeftConcernNobody) {
  Claim anns = claim(ann_);
  anns->submit({.bytes = kGif});
  anns.reset();
  const Claim bobs = claim(bob_);
  publish(bobs, bob_, small_jpeg());
  EXPECT_EQ(ann_.errors, Notes{});
  EXPECT_EQ(bob_.errors, Notes{});
  EXPECT_EQ(channel_.counters().dropped_for(EncodeError::kForeign), 0u);
}

TEST_F(PublishedStreamTest, TheSequenceRisesOverAllPublishers) {
  const Subscription subscription(channel_, viewer_, kJson);
  Claim anns = claim(ann_);
  publish(anns, ann_, small_jpeg());
  publish(anns, ann_, small_jpeg());
  anns.reset();
  const Claim bobs = claim(bob_);
  publish(bobs, bob_, small_jpeg());
  EXPECT_EQ(viewer_.sequences, (std::vector<std::uint64_t>{1, 2, 3}));
}

TEST_F(PublishedStreamTest, WhoComesFirstAfterNobodyWatchedGetsTheLastPicture) {
  const Claim anns = claim(ann_);
  publish(anns, ann_, small_jpeg(20));
  const Subscription subscription(channel_, viewer_, kJson);
  run_until([&] { return viewer_.last != nullptr; });
  EXPECT_EQ(viewer_.notes, (Notes{"live", "picture 20"}));
}

// Nobody watched for a moment, and the thread that looks into frames may not have seen it.
TEST_F(PublishedStreamTest, WhoComesAsTheOnlyViewerGoesGetsTheLastPicture) {
  std::optional<Subscription> subscription(std::in_place, channel_, viewer_, kJson);
  const Claim anns = claim(ann_);
  publish(anns, ann_, small_jpeg(20));
  subscription.reset();
  NotingViewer next;
  const Subscription nexts(channel_, next, kJson);
  run_until([&] { return !next.sequences.empty(); });
  EXPECT_EQ(next.notes, (Notes{"live", "picture 20"}));
}

TEST_F(PublishedStreamTest, WhoComesWithAnotherFormGetsTheLastPictureInIt) {
  const Subscription subscription(channel_, viewer_, kJson);
  const Claim anns = claim(ann_);
  publish(anns, ann_, small_jpeg(20));
  EXPECT_FALSE(viewer_.last->has(kBinary));
  NotingViewer late;
  const Subscription lates(channel_, late, kBinary);
  EXPECT_EQ(late.notes, (Notes{"live", "picture 20"}));
  EXPECT_EQ(std::string(late.last->image.data(), late.last->image.size()), small_jpeg(20));
  publish(anns, ann_, small_jpeg(30));
  EXPECT_EQ(viewer_.notes, (Notes{"lost", "starting", "live", "picture 20", "picture 30"}))
      << "not once more for who came";
  EXPECT_EQ(late.notes, (Notes{"live", "picture 20", "picture 30"}));
}

TEST_F(PublishedStreamTest, WhoComesAfterThePublisherLeftIsShownNothing) {
  Claim anns = claim(ann_);
  publish(anns, ann_, small_jpeg());
  anns.reset();
  const Subscription subscription(channel_, viewer_, kJson);
  run_one_handler();
  EXPECT_EQ(viewer_.notes, Notes{"lost"});
}

TEST_F(PublishedStreamTest, WhoComesAfterAStallIsShownNothing) {
  start({milliseconds(20), hours(1), hours(1)});
  const Claim anns = claim(ann_);
  publish(anns, ann_, small_jpeg());
  run_until(CameraState::kStalled);
  const Subscription subscription(channel_, viewer_, kJson);
  run_one_handler();
  EXPECT_EQ(viewer_.notes, Notes{"stalled"});
}

TEST_F(PublishedStreamTest, APublisherIsToldWhenTheFirstViewerComes) {
  const Claim anns = claim(ann_);
  std::optional<Subscription> subscription(std::in_place, channel_, viewer_, kJson);
  EXPECT_EQ(ann_.watched, 1);
  EXPECT_TRUE(stream_->is_watched());
  {
    NotingViewer another;
    const Subscription anothers(channel_, another, kBinary);
    EXPECT_EQ(ann_.watched, 1);
  }
  subscription.reset();
  EXPECT_FALSE(stream_->is_watched());
  EXPECT_EQ(ann_.watched, 1);
  subscription.emplace(channel_, viewer_, kJson);
  EXPECT_EQ(ann_.watched, 2);
}

TEST_F(PublishedStreamTest, AVisitorKeepsTheStreamWhenItsClaimEnds) {
  Claim anns = claim(ann_, false, "10.0.0.1");
  publish(anns, ann_, small_jpeg());
  anns.reset();
  EXPECT_EQ(state(), CameraState::kLive);
  EXPECT_TRUE(is_taken_for(bob_, "10.0.0.2"));
  EXPECT_TRUE(is_taken_for(bob_));
  anns = claim(ann_, false, "10.0.0.1");
  EXPECT_EQ(state(), CameraState::kLive);
}

// curl tried it out, and now the program starts.
TEST_F(PublishedStreamTest, AVisitorWhoseClaimHasEndedGivesWayToAConnectionFromItsAddress) {
  Claim anns = claim(ann_, false, "10.0.0.1");
  publish(anns, ann_, small_jpeg());
  EXPECT_TRUE(stream_->claim(bob_, false, {.address = "10.0.0.1"}).has_error());
  anns.reset();
  EXPECT_TRUE(stream_->claim(bob_, false, {.address = "10.0.0.2"}).has_error());
  auto bobs = stream_->claim(bob_, false, {.address = "10.0.0.1"});
  ASSERT_TRUE(bobs.has_value());
  EXPECT_TRUE((*bobs)->stands());
  EXPECT_TRUE(is_taken_for(ann_, "10.0.0.1")) << "a connection does not give way to a visitor";
  bobs->reset();
  EXPECT_EQ(state(), CameraState::kLost);
}

TEST_F(PublishedStreamTest, WhoHasNoConnectionIsTakenOverUntold) {
  claim(ann_, false, "10.0.0.1").reset();
  const Claim bobs = claim(bob_, true, "10.0.0.2");
  EXPECT_TRUE(bobs->stands());
  EXPECT_EQ(ann_.takeovers, 0);
  EXPECT_TRUE(is_taken_for(ann_, "10.0.0.1"));
}

TEST_F(PublishedStreamTest, AVisitorsNewerClaimTakesThePlaceOfItsOlder) {
  const Claim older = claim(ann_, false, "10.0.0.1");
  older->submit({.bytes = small_jpeg(20)});
  NotingPublisher again;
  const Claim newer = claim(again, false, "10.0.0.1");
  EXPECT_EQ(ann_.takeovers, 1);
  EXPECT_FALSE(older->stands());
  EXPECT_TRUE(newer->stands());
}

TEST_F(PublishedStreamTest, AVisitorThatStaysSilentHasLeft) {
  start({milliseconds(10), milliseconds(30), hours(1)});
  const Subscription subscription(channel_, viewer_, kJson);
  Claim anns = claim(ann_, false, "10.0.0.1");
  publish(anns, ann_, small_jpeg(20));
  anns.reset();
  run_until(CameraState::kLost);
  EXPECT_EQ(viewer_.notes, (Notes{"lost", "starting", "live", "picture 20", "stalled", "lost"}));
  EXPECT_FALSE(is_taken_for(bob_));
}

TEST_F(PublishedStreamTest, AVisitorWhosePicturesAreRefusedLeavesAsWell) {
  start({hours(1), milliseconds(30), hours(1)});
  Claim anns = claim(ann_, false, "10.0.0.1");
  publish(anns, ann_, kGif);
  anns.reset();
  EXPECT_EQ(state(), CameraState::kStalled);
  run_until(CameraState::kLost);
}

// A time-lapse: each time it comes it had left, and from its second picture on its pace is known.
TEST_F(PublishedStreamTest, AVisitorThatIsSlowerThanItsAbsenceIsWaitedForFromItsSecondPicture) {
  start({milliseconds(10), milliseconds(20), hours(1)});
  Claim anns = claim(ann_, false, "10.0.0.1");
  publish(anns, ann_, small_jpeg());
  anns.reset();
  run_until(CameraState::kLost);
  run_for(milliseconds(400));
  anns = claim(ann_, false, "10.0.0.1");
  publish(anns, ann_, small_jpeg());
  anns.reset();
  run_for(milliseconds(100));
  EXPECT_EQ(state(), CameraState::kLive);
  run_until(CameraState::kLost);
}

TEST_F(PublishedStreamTest, ThePaceOfOneWhoLeftIsNotThatOfAnother) {
  start({milliseconds(10), milliseconds(20), hours(1)});
  Claim anns = claim(ann_, false, "10.0.0.1");
  publish(anns, ann_, small_jpeg());
  anns.reset();
  run_until(CameraState::kLost);
  run_for(milliseconds(40));
  Claim bobs = claim(bob_, false, "10.0.0.2");
  publish(bobs, bob_, small_jpeg());
  bobs.reset();
  run_for(milliseconds(50));
  EXPECT_EQ(state(), CameraState::kLost);
}

TEST_F(PublishedStreamTest, NoPaceIsSoSlowThatAVisitorNeverLeaves) {
  start({milliseconds(10), milliseconds(20), milliseconds(30)});
  Claim anns = claim(ann_, false, "10.0.0.1");
  publish(anns, ann_, small_jpeg());
  anns.reset();
  run_until(CameraState::kLost);
  run_for(milliseconds(200));
  anns = claim(ann_, false, "10.0.0.1");
  publish(anns, ann_, small_jpeg());
  anns.reset();
  run_for(milliseconds(190));
  EXPECT_EQ(state(), CameraState::kLost);
}

TEST_F(PublishedStreamTest, AVisitorWithoutPicturesLeavesAsWell) {
  start({hours(1), milliseconds(30), hours(1)});
  claim(ann_, false, "10.0.0.1").reset();
  EXPECT_EQ(state(), CameraState::kStarting);
  run_until(CameraState::kLost);
}

TEST_F(PublishedStreamTest, OneThatWasNoVisitorAfterAllLeavesAtOnce) {
  Claim anns = claim(ann_, false, "10.0.0.1");
  publish(anns, ann_, small_jpeg());
  anns->leave_at_once();
  EXPECT_TRUE(is_taken_for(bob_, "10.0.0.1")) << "its own address displaces it no more";
  anns.reset();
  EXPECT_EQ(state(), CameraState::kLost);
}

// The interval between two publishers' pictures says nothing of the second: with it the stream
// would be called live for three times as long as the first one was silent.
TEST_F(PublishedStreamTest, ThePauseBeforeATakeoverDoesNotPutOffTheStall) {
  start({milliseconds(200), hours(1), hours(1)});
  const Claim anns = claim(ann_);
  publish(anns, ann_, small_jpeg());
  run_until(CameraState::kStalled);
  const Claim bobs = claim(bob_, true);
  publish(bobs, bob_, small_jpeg());
  run_for(milliseconds(400));
  EXPECT_EQ(state(), CameraState::kStalled);
}

TEST_F(PublishedStreamTest, WhoTakesAStalledStreamOverIsNotBlamedForWhyItStalled) {
  const Claim anns = claim(ann_);
  publish(anns, ann_, kGif);
  EXPECT_EQ(state(), CameraState::kStalled);
  const Claim bobs = claim(bob_, true);
  EXPECT_EQ(state(), CameraState::kStarting);
  EXPECT_EQ(reason(), "");
}

TEST_F(PublishedStreamTest, AVisitorThatIsBackDoesNotStartAStalledStreamAnew) {
  Claim anns = claim(ann_, false, "10.0.0.1");
  publish(anns, ann_, kGif);
  anns.reset();
  anns = claim(ann_, false, "10.0.0.1");
  EXPECT_EQ(state(), CameraState::kStalled);
}

// What the thread looked into last is not what was shown last: meanwhile the camera was taken over.
TEST_F(PublishedStreamTest, WhoComesLateIsNotShownAFrameThatCameTooLateForTheOthers) {
  const Subscription subscription(channel_, viewer_, kJson);
  const Claim anns = claim(ann_);
  publish(anns, ann_, small_jpeg(20));
  anns->submit({.bytes = small_jpeg(30)});
  const Claim bobs = claim(bob_, true);
  run_one_handler();  // the verdict on it
  NotingViewer late;
  const Subscription lates(channel_, late, kBinary);
  EXPECT_EQ(late.notes, (Notes{"live", "picture 20"}));
  EXPECT_EQ(viewer_.notes, (Notes{"lost", "starting", "live", "picture 20"}));
}

// A stop waits for the loop to have nothing left to do.
TEST_F(PublishedStreamTest, AStreamThatIsToStopKeepsTheLoopNoLonger) {
  Claim anns = claim(ann_, false, "10.0.0.1");
  publish(anns, ann_, small_jpeg());
  anns.reset();
  stream_->request_stop();
  loop_.restart();
  loop_.run_for(std::chrono::seconds(60));
  EXPECT_TRUE(loop_.stopped());
}

TEST_F(PublishedStreamTest, AStreamMayEndWhileFramesAreUnderWay) {
  Claim anns = claim(ann_);
  anns->submit({.bytes = small_jpeg()});
  anns.reset();
  stream_.reset();
  const Subscription subscription(channel_, viewer_, kJson);
  EXPECT_EQ(viewer_.notes, Notes{"lost"});
}

}  // namespace
}  // namespace freshframe
