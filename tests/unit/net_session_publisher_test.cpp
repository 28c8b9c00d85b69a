#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <variant>

#include <boost/asio/io_context.hpp>

#include "hub/channel.h"
#include "hub/outbox.h"
#include "net/session_publisher.h"
#include "publish/published_stream.h"

namespace freshframe {
namespace {

/// A publisher whose session is busy sending, so that what it is told waits in its outbox.
class SessionPublisherTest : public ::testing::Test {
 protected:
  std::optional<ProtocolError> claim(SessionPublisher& publisher, PublishedStream& stream,
                                     const std::string& id_json, bool takes_over = false) {
    return publisher.claim(stream, {stream.channel().name(), takes_over}, id_json, "10.0.0.1");
  }

  boost::asio::io_context loop_;
  Channel vision_{"vision", "published"};
  Channel attic_{"attic", "published"};
  PublishedStream vision_stream_{loop_, vision_};
  PublishedStream attic_stream_{loop_, attic_};
  Outbox anns_;
  Outbox bobs_;
  SessionPublisher ann_{anns_, [] {}};
  SessionPublisher bob_{bobs_, [] {}};
};

TEST_F(SessionPublisherTest, CreditThatWaitsGoesWithTheClaimThatItWasGrantedTo) {
  ASSERT_FALSE(claim(ann_, vision_stream_, "7"));
  ann_.grant_due_credit();
  ASSERT_FALSE(claim(bob_, vision_stream_, "8", /*takes_over=*/true));
  ASSERT_FALSE(claim(ann_, attic_stream_, "9"));
  ann_.grant_due_credit();

  const std::optional<Outbox::Note> error = anns_.take_note();
  ASSERT_TRUE(error && std::holds_alternative<ProtocolError>(*error));
  EXPECT_EQ(std::get<ProtocolError>(*error).code, ProtocolError::Code::kTakenOver);
  EXPECT_EQ(std::get<ProtocolError>(*error).id_json, "7") << "the claim was not answered yet";
  const std::optional<Outbox::Note> credit = anns_.take_note();
  ASSERT_TRUE(credit && std::holds_alternative<CreditDue>(*credit));
  EXPECT_EQ(std::get<CreditDue>(*credit).channel, &attic_);
  EXPECT_EQ(std::get<CreditDue>(*credit).frames, 1);
  EXPECT_EQ(std::get<CreditDue>(*credit).id_json, "9");
  EXPECT_FALSE(anns_.take_note());
}

TEST_F(SessionPublisherTest, CreditThatIsOwedIsNotGrantedAfterATakeover) {
  ASSERT_FALSE(claim(ann_, vision_stream_, "7"));
  ASSERT_FALSE(claim(bob_, vision_stream_, "8", /*takes_over=*/true));
  ann_.grant_due_credit();
  const std::optional<Outbox::Note> error = anns_.take_note();
  ASSERT_TRUE(error && std::holds_alternative<ProtocolError>(*error));
  EXPECT_EQ(std::get<ProtocolError>(*error).id_json, "7");
  EXPECT_FALSE(anns_.take_note());
}

}  // namespace
}  // namespace freshframe
