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
  made->json_data = Bytes::copy_of(std::string_view(R"(,"data":"/9j/"})"));
  return made;
}

constexpr auto kJson = WireForm::kJson;

/// Writes down all that it is told.
class NotingViewer final : public Viewer {
 public:
  void on_picture(Channel& /*channel*/, const PicturePtr& picture) override {
    notes.push_back((picture->is_stale ? "stale picture " : "picture ") +
                    std::to_string(picture->sequence));
    given = picture;
  }
  void on_status(Channel& /*channel*/, const CameraStatus& status) override {
    notes.push_back(std::string(to_string(status.state)));
  }

  std::vector<std::string> notes;
  PicturePtr given;
};

using Notes = std::vector<std::string>;

class ChannelTest : public ::testing::Test {
 protected:
  ChannelTest() {
    channel_.on_demand([this](WireForms wanted) { demand_.push_back(wanted); });
  }

  Channel channel_{"front", "a test"};
  std::vector<WireForms> demand_;
};

TEST_F(ChannelTest, EveryoneWhoWatchesGetsThePicture) {
  NotingViewer ann;
  NotingViewer bob;
  const Subscription anns(channel_, ann, kJson);
  const Subscription bobs(channel_, bob, kJson);
  channel_.publish(picture(1));
  EXPECT_EQ(ann.notes, (Notes{"idle", "picture 1"}));
  EXPECT_EQ(bob.notes, (Notes{"idle", "picture 1"}));
}

TEST_F(ChannelTest, OneWhoLeftGetsNothingMore) {
  NotingViewer ann;
  NotingViewer bob;
  std::optional<Subscription> anns(std::in_place, channel_, ann, kJson);
  const Subscription bobs(channel_, bob, kJson);
  anns.reset();
  channel_.publish(picture(1));
  EXPECT_EQ(ann.notes, Notes{"idle"});
  EXPECT_EQ(bob.notes, (Notes{"idle", "picture 1"}));
}

TEST_F(ChannelTest, WhoComesLaterIsToldTheStateAndGivenTheNewestPictureAtOnce) {
  NotingViewer ann;
  const Subscription anns(channel_, ann, kJson);
  channel_.set_status({CameraState::kLive, ""});
  channel_.publish(picture(1));
  channel_.publish(picture(2));
  NotingViewer late;
  const Subscription subscription(channel_, late, kJson);
  EXPECT_EQ(late.notes, (Notes{"live", "picture 2"}));
}

TEST_F(ChannelTest, WhoKnowsTheMarkIsGivenTheLastPictureAsThePast) {
  NotingViewer ann;
  std::optional<Subscription> anns(std::in_place, channel_, ann, kJson);
  channel_.set_status({CameraState::kLive, ""});
  channel_.publish(picture(1));
  anns.reset();
  channel_.set_status({CameraState::kIdle, ""});

  NotingViewer knows;
  NotingViewer does_not;
  const Subscription first(channel_, knows, kJson, LastPicture::kWanted);
  const Subscription second(channel_, does_not, kJson);
  EXPECT_EQ(knows.notes, (Notes{"idle", "stale picture 1"}));
  EXPECT_EQ(does_not.notes, Notes{"idle"});
  channel_.publish(picture(2));
  EXPECT_EQ(knows.notes.back(), "picture 2");
  EXPECT_EQ(does_not.notes.back(), "picture 2");
}

// However many come to a camera that stands still, its picture is put into each form once.
TEST_F(ChannelTest, AllWhoAreGivenTheLastPictureShareOne) {
  NotingViewer ann;
  const Subscription anns(channel_, ann, kJson);
  channel_.set_status({CameraState::kLive, ""});
  channel_.publish(picture(1));
  channel_.set_status({CameraState::kStalled, "no frames"});

  NotingViewer first;
  NotingViewer second;
  const Subscription firsts(channel_, first, kJson, LastPicture::kWanted);
  const Subscription seconds(channel_, second, kJson, LastPicture::kWanted);
  EXPECT_EQ(first.given, second.given);
  EXPECT_EQ(first.given->json_data.data(), ann.given->json_data.data());
  EXPECT_FALSE(ann.given->is_stale);

  NotingViewer other;
  NotingViewer other_too;
  NotingViewer third;
  const Subscription others(channel_, other, WireForm::kBinary, LastPicture::kWanted);
  const Subscription other_toos(channel_, other_too, WireForm::kBinary, LastPicture::kWanted);
  const Subscription thirds(channel_, third, kJson, LastPicture::kWanted);
  EXPECT_EQ(other.given, other_too.given);
  EXPECT_EQ(third.given->json_data.data(), ann.given->json_data.data());
  EXPECT_EQ(other.given->sequence, 1U);
}

TEST_F(ChannelTest, AfterTheNextPictureThatOneIsTheLast) {
  NotingViewer ann;
  const Subscription anns(channel_, ann, kJson);
  for (const std::uint64_t sequence : {1U, 2U}) {
    channel_.set_status({CameraState::kLive, ""});
    channel_.publish(picture(sequence));
    channel_.set_status({CameraState::kStalled, "no frames"});
    NotingViewer late;
    const Subscription subscription(channel_, late, kJson, LastPicture::kWanted);
    EXPECT_EQ(late.notes.back(), "stale picture " + std::to_string(sequence));
  }
}

TEST_F(ChannelTest, ThePresentIsGivenRatherThanThePast) {
  NotingViewer ann;
  const Subscription anns(channel_, ann, kJson);
  channel_.set_status({CameraState::kLive, ""});
  channel_.publish(picture(1));
  NotingViewer late;
  const Subscription subscription(channel_, late, kJson, LastPicture::kWanted);
  EXPECT_EQ(late.notes, (Notes{"live", "picture 1"}));
}

TEST_F(ChannelTest, WhoPausesIsNotGivenThePast) {
  NotingViewer ann;
  std::optional<Subscription> anns(std::in_place, channel_, ann, kJson);
  channel_.publish(picture(1));
  anns.reset();
  NotingViewer pausing;
  const Subscription subscription(channel_, pausing, std::nullopt, LastPicture::kWanted);
  EXPECT_EQ(pausing.notes, Notes{"idle"});
}

// What stood still is the past: nobody is shown it as if it were live.
TEST_F(ChannelTest, WhoComesAfterTheCameraStalledIsNotGivenItsLastPicture) {
  NotingViewer ann;
  const Subscription anns(channel_, ann, kJson);
  channel_.set_status({CameraState::kLive, ""});
  channel_.publish(picture(1));
  channel_.set_status({CameraState::kStalled, "no frames"});
  NotingViewer late;
  const Subscription subscription(channel_, late, kJson);
  EXPECT_EQ(late.notes, Notes{"stalled"});
}

// The camera runs on for its grace time, but nothing is encoded: what was shown last grows old.
TEST_F(ChannelTest, WhoComesAfterTheLastViewerLeftIsNotGivenWhatThatOneSaw) {
  channel_.set_status({CameraState::kLive, ""});
  {
    NotingViewer ann;
    const Subscription anns(channel_, ann, kJson);
    channel_.publish(picture(1));
  }
  EXPECT_EQ(channel_.newest(), nullptr);
  // The encode thread had begun before it heard that nobody watches.
  channel_.publish(picture(2));
  EXPECT_EQ(channel_.newest(), nullptr);
  NotingViewer late;
  const Subscription lates(channel_, late, kJson);
  EXPECT_EQ(late.notes, Notes{"live"});
}

TEST_F(ChannelTest, WhoGoesOnAfterNobodyWatchedIsNotGivenWhatItSawBefore) {
  NotingViewer ann;
  Subscription anns(channel_, ann, kJson);
  channel_.publish(picture(1));
  anns.set_form(std::nullopt);
  anns.set_form(kJson);
  EXPECT_EQ(ann.notes, (Notes{"idle", "picture 1"}));
}

TEST_F(ChannelTest, AStatusThatSaysNothingNewIsToldOnce) {
  NotingViewer ann;
  const Subscription subscription(channel_, ann, kJson);
  channel_.set_status({CameraState::kLost, "unplugged"});
  channel_.set_status({CameraState::kLost, "unplugged"});
  channel_.set_status({CameraState::kLost, "busy"});
  EXPECT_EQ(ann.notes, (Notes{"idle", "lost", "lost"}));
}

WireForms forms(std::initializer_list<WireForm> wanted) {
  WireForms made;
  for (const WireForm form : wanted) {
    made.add(form);
  }
  return made;
}

TEST_F(ChannelTest, DemandBeginsWithTheFirstViewerAndEndsWithTheLast) {
  NotingViewer ann;
  NotingViewer bob;
  {
    const Subscription anns(channel_, ann, kJson);
    const Subscription bobs(channel_, bob, kJson);
    EXPECT_EQ(demand_, std::vector{forms({kJson})});
  }
  EXPECT_EQ(demand_, (std::vector{forms({kJson}), WireForms()}));
}

TEST_F(ChannelTest, DemandNamesTheFormsThatSomebodyWants) {
  NotingViewer ann;
  NotingViewer bob;
  const Subscription anns(channel_, ann, kJson);
  std::optional<Subscription> bobs(std::in_place, channel_, bob, WireForm::kBinary);
  EXPECT_EQ(demand_.back(), forms({kJson, WireForm::kBinary}));
  bobs.reset();
  EXPECT_EQ(demand_.back(), forms({kJson}));
}

TEST_F(ChannelTest, AViewerThatPausesCountsAsNobodyAndIsStillToldTheState) {
  NotingViewer ann;
  Subscription anns(channel_, ann, kJson);
  anns.set_form(std::nullopt);
  EXPECT_TRUE(demand_.back().empty());
  channel_.publish(picture(1));
  channel_.set_status({CameraState::kLost, "unplugged"});
  EXPECT_EQ(ann.notes, (Notes{"idle", "lost"}));
}

TEST_F(ChannelTest, AViewerThatGoesOnGetsTheNewestPictureAtOnce) {
  NotingViewer ann;
  NotingViewer bob;
  Subscription anns(channel_, ann, std::nullopt);
  const Subscription bobs(channel_, bob, kJson);
  channel_.publish(picture(1));
  channel_.publish(picture(2));
  anns.set_form(kJson);
  EXPECT_EQ(ann.notes, (Notes{"idle", "picture 2"}));
}

// Pictures are made for others, and the next one may be a minute away: it is put into the form that
// is wanted for the first who comes, and for none of the others anew.
TEST_F(ChannelTest, WhoComesWithAnotherFormIsGivenTheNewestPictureInIt) {
  NotingViewer ann;
  const Subscription anns(channel_, ann, kJson);
  channel_.set_status({CameraState::kLive, ""});
  channel_.publish(picture(1));
  EXPECT_FALSE(ann.given->has(WireForm::kBinary));

  NotingViewer first;
  NotingViewer second;
  const Subscription firsts(channel_, first, WireForm::kBinary);
  const Subscription seconds(channel_, second, WireForm::kBinary, LastPicture::kWanted);
  EXPECT_EQ(first.notes, (Notes{"live", "picture 1"}));
  EXPECT_EQ(first.given->image.view(), "\xFF\xD8\xFF");
  EXPECT_EQ(second.notes, (Notes{"live", "picture 1"}));
  EXPECT_EQ(second.given, first.given);

  NotingViewer third;
  const Subscription thirds(channel_, third, WireForm::kDeflatedJson);
  EXPECT_EQ(third.notes, (Notes{"live", "picture 1"}));
  EXPECT_TRUE(third.given->has(WireForm::kDeflatedJson));
  EXPECT_EQ(third.given->json_data.data(), ann.given->json_data.data());
  EXPECT_EQ(third.given->image.data(), first.given->image.data());
  EXPECT_EQ(ann.notes, (Notes{"idle", "live", "picture 1"})) << "who had it is not given it again";
}

TEST_F(ChannelTest, AFormThatWasMadeOfThePresentServesThePastToo) {
  NotingViewer ann;
  const Subscription anns(channel_, ann, kJson);
  channel_.publish(picture(1));
  NotingViewer bob;
  const Subscription bobs(channel_, bob, WireForm::kBinary);
  channel_.set_status({CameraState::kStalled, "no frames"});
  NotingViewer late;
  const Subscription lates(channel_, late, WireForm::kBinary, LastPicture::kWanted);
  EXPECT_EQ(late.notes, (Notes{"stalled", "stale picture 1"}));
  EXPECT_EQ(late.given->image.data(), bob.given->image.data());
}

// Who comes with the first of a form while a picture is encoded comes too late for that.
TEST_F(ChannelTest, APictureThatLacksAFormThatIsWantedByNowIsPutIntoIt) {
  NotingViewer ann;
  NotingViewer bob;
  NotingViewer cleo;
  const Subscription anns(channel_, ann, kJson);
  const Subscription bobs(channel_, bob, WireForm::kBinary);
  const Subscription cleos(channel_, cleo, WireForm::kBinary);
  channel_.publish(picture(1));
  EXPECT_EQ(ann.notes, (Notes{"idle", "picture 1"}));
  EXPECT_EQ(bob.notes, (Notes{"idle", "picture 1"}));
  EXPECT_EQ(bob.given->image.view(), "\xFF\xD8\xFF");
  EXPECT_EQ(cleo.given, bob.given);
}

TEST_F(ChannelTest, AViewerThatGoesOnWithAnotherFormThanTheOthersGetsTheNewestPictureInIt) {
  NotingViewer ann;
  NotingViewer bob;
  Subscription anns(channel_, ann, std::nullopt);
  const Subscription bobs(channel_, bob, kJson);
  channel_.publish(picture(1));
  anns.set_form(WireForm::kBinary);
  EXPECT_EQ(ann.notes, (Notes{"idle", "picture 1"}));
  EXPECT_EQ(ann.given->image.view(), "\xFF\xD8\xFF");
}

// It was encoded for one who left meanwhile: the next may be a minute away.
TEST_F(ChannelTest, APictureThatComesWhenItsViewerHasLeftIsTheLast) {
  NotingViewer ann;
  std::optional<Subscription> anns(std::in_place, channel_, ann, kJson);
  channel_.publish(picture(1));
  anns.reset();
  channel_.publish(picture(2));
  NotingViewer late;
  const Subscription lates(channel_, late, WireForm::kBinary, LastPicture::kWanted);
  EXPECT_EQ(late.notes, (Notes{"idle", "stale picture 2"}));
}

// A frame that waits is looked into when somebody comes, and may turn out to be broken.
TEST_F(ChannelTest, WhoComesWhileABrokenFrameWaitsIsGivenTheLastPicture) {
  {
    NotingViewer ann;
    const Subscription anns(channel_, ann, kJson);
    channel_.publish(picture(1));
  }
  channel_.set_frame_waits(true);
  NotingViewer json;
  NotingViewer binary;
  NotingViewer does_not_know;
  NotingViewer pauses;
  const Subscription jsons(channel_, json, kJson, LastPicture::kWanted);
  const Subscription binaries(channel_, binary, WireForm::kBinary, LastPicture::kWanted);
  const Subscription others(channel_, does_not_know, kJson);
  Subscription pausing(channel_, pauses, kJson, LastPicture::kWanted);
  pausing.set_form(std::nullopt);
  pausing.set_form(kJson);
  EXPECT_EQ(json.notes, Notes{"idle"}) << "the present is near";

  channel_.set_frame_waits(false);
  channel_.set_frame_waits(true);
  channel_.set_frame_waits(false);
  EXPECT_EQ(json.notes, (Notes{"idle", "stale picture 1"}));
  EXPECT_EQ(binary.notes, (Notes{"idle", "stale picture 1"}));
  EXPECT_EQ(does_not_know.notes, Notes{"idle"});
  EXPECT_EQ(pauses.notes, Notes{"idle"});
  channel_.publish(picture(2));
  EXPECT_EQ(json.notes.back(), "picture 2");
}

TEST_F(ChannelTest, WhoWasGivenTheFrameThatWaitedIsNotGivenThePastBehindIt) {
  {
    NotingViewer ann;
    const Subscription anns(channel_, ann, kJson);
    channel_.publish(picture(1));
  }
  channel_.set_frame_waits(true);
  NotingViewer bob;
  const Subscription bobs(channel_, bob, kJson, LastPicture::kWanted);
  channel_.publish(picture(2));
  channel_.set_status({CameraState::kStalled, "no frames"});
  channel_.set_frame_waits(false);
  EXPECT_EQ(bob.notes, (Notes{"idle", "picture 2", "stalled"}));
}

// A published camera makes those while nobody watches; for who comes it makes another.
TEST_F(ChannelTest, APictureInNoFormIsNobodys) {
  NotingViewer ann;
  const Subscription anns(channel_, ann, kJson);
  channel_.publish(picture(1));
  channel_.publish(std::make_shared<Picture>());
  EXPECT_EQ(ann.notes, (Notes{"idle", "picture 1"}));
  NotingViewer late;
  const Subscription lates(channel_, late, WireForm::kBinary);
  EXPECT_EQ(late.notes, (Notes{"idle", "picture 1"}));
}

}  // namespace
}  // namespace freshframe
