#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/beast/core/flat_buffer.hpp>

#include "net/frame_header.h"
#include "net/prebuilt_frame_stream.h"

#include "deflate_bytes.h"
#include "scripted_stream.h"
#include "web_socket_conversation.h"

namespace freshframe {
namespace {

namespace asio = boost::asio;
using boost::beast::error_code;

class PrebuiltFrameStreamTest : public ::testing::Test {
 protected:
  /// The messages that are sent, the sizes at the edges of the header's forms among them.
  static std::vector<std::string> messages() {
    return {"", "b", std::string(125, 'c'), std::string(126, 'd')};
  }

  /// Lets everything happen, and feeds `words` as the write number `at` begins. Write 0 is the
  /// handshake's answer.
  /// How many messages left at once is returned.
  std::size_t converse(StreamScript& script, const std::string& words, std::size_t at) {
    script.on_write = [&script, words, at](std::size_t number) {
      if (number == at) {
        script.feed(words);
      }
    };
    script.feed(kHandshake);
    Conversation conversation{ScriptedStream(script)};
    conversation.say(messages());
    settle();
    // What still waits for the client's words shall end.
    script.close();
    settle();
    EXPECT_EQ(conversation.pending_, 0);
    return conversation.written_at_once_;
  }

  void settle() {
    loop_.restart();
    loop_.poll();
  }

  asio::io_context loop_;
};

TEST_F(PrebuiltFrameStreamTest, FramesGoOutAsTheyAre) {
  std::vector<std::string> expected;
  for (const std::string& message : messages()) {
    expected.push_back(text(message));
  }
  for (const bool at_once : {true, false}) {
    StreamScript script(loop_);
    script.takes_nothing_at_once = !at_once;
    EXPECT_EQ(converse(script, "", 0), at_once ? messages().size() : 0u);
    EXPECT_EQ(read_frames(script.output), expected);
  }
}

// One that asks a frame to wait would let a ping overtake it and find its bytes in the middle.
TEST_F(PrebuiltFrameStreamTest, AnAnswerToAPingGoesOutBehindTheFrameThatIsBeingWritten) {
  for (std::size_t during = 1; during <= messages().size(); ++during) {
    StreamScript script(loop_);
    script.takes_nothing_at_once = true;
    converse(script, a_ping("?"), during);
    std::vector<std::string> expected;
    for (const std::string& message : messages()) {
      expected.push_back(text(message));
      if (expected.size() == during) {
        expected.emplace_back("pong ?");
      }
    }
    EXPECT_EQ(read_frames(script.output), expected) << "a ping during frame " << during;
  }
}

TEST_F(PrebuiltFrameStreamTest, WhatCouldGoAtOnceWaitsForAnAnswerThatHasLeftInPartOnly) {
  StreamScript script(loop_);
  script.feed(kHandshake);
  Conversation conversation{ScriptedStream(script)};
  settle();
  ASSERT_TRUE(conversation.is_accepted_);
  script.cut_at = script.output.size() + 1;
  script.holds_writes = true;
  script.feed(a_ping("?"));
  settle();
  ASSERT_EQ(read_frames(script.output), std::vector<std::string>{"cut"});
  conversation.say({"ours"});
  script.holds_writes = false;
  script.let_write_end();
  settle();
  EXPECT_EQ(read_frames(script.output), (std::vector<std::string>{"pong ?", text("ours")}));
  script.close();
  settle();
}

// Wherever the system takes a part only, the rest follows before anything else does.
/// Its parameter: whether as much of a frame goes out at once as can, or all of it later.
class CutWriteTest : public PrebuiltFrameStreamTest, public ::testing::WithParamInterface<bool> {};
INSTANTIATE_TEST_SUITE_P(AtOnceOrLater, CutWriteTest, ::testing::Bool());

TEST_P(CutWriteTest, NoFrameIsCutWhereverAWriteIsCut) {
  const std::string words = a_ping("one") + a_ping("two") + a_close();
  for (std::size_t during = 0; during <= messages().size(); ++during) {
    StreamScript whole(loop_);
    whole.takes_nothing_at_once = !GetParam();
    converse(whole, words, during);
    const std::vector<std::string> expected = read_frames(whole.output);
    ASSERT_EQ(std::count(expected.begin(), expected.end(), "close"), 1);
    ASSERT_EQ(expected.back(), "close") << "something followed the close frame";
    for (std::size_t cut_at = 1; cut_at < whole.output.size(); ++cut_at) {
      StreamScript script(loop_);
      script.takes_nothing_at_once = !GetParam();
      script.cut_at = cut_at;
      converse(script, words, during);
      const std::vector<std::string> frames = read_frames(script.output);
      // Which of ours and of Beast's is first may differ; each is whole, and the order of each side
      // is kept.
      for (const char* kind : {"text", "pong", "close"}) {
        const auto of_kind = [&](const std::vector<std::string>& all) {
          std::vector<std::string> some;
          std::copy_if(all.begin(), all.end(), std::back_inserter(some),
                       [&](const std::string& frame) { return frame.starts_with(kind); });
          return some;
        };
        const auto found = of_kind(frames);
        const auto wanted = of_kind(expected);
        if (std::string_view(kind) == "text") {
          // A close may come earlier, and ends what we send.
          ASSERT_GE(found.size(), std::min(during, messages().size()));
          ASSERT_TRUE(std::equal(found.begin(), found.end(), messages().begin(),
                                 [](const std::string& frame, const std::string& message) {
                                   return frame == text(message);
                                 }))
              << "cut at " << cut_at << " during " << during;
        } else {
          ASSERT_EQ(found, wanted) << "cut at " << cut_at << " during " << during;
        }
      }
      ASSERT_EQ(std::count(frames.begin(), frames.end(), "cut"), 0);
      ASSERT_EQ(std::count(frames.begin(), frames.end(), "wrong"), 0);
      ASSERT_EQ(frames.back(), "close");
    }
  }
}

// Whichever operation fails, every handler is called, and what went out until then are frames, the
// last perhaps cut: also after a write of which a part was taken.
TEST_P(CutWriteTest, AFailureOfAnyOperationEndsEverythingAndLeavesNoRubbish) {
  const std::string words = a_ping("one") + a_ping("two") + a_close();
  for (std::size_t during = 0; during <= messages().size(); ++during) {
    StreamScript whole(loop_);
    whole.takes_nothing_at_once = !GetParam();
    converse(whole, words, during);
    for (const std::size_t cut_at : {whole.output.size(), whole.output.size() / 2}) {
      StreamScript cut(loop_);
      cut.takes_nothing_at_once = !GetParam();
      cut.cut_at = cut_at;
      converse(cut, words, during);
      ASSERT_GT(cut.operations, 8u);
      for (std::size_t fails_at = 0; fails_at < cut.operations; ++fails_at) {
        StreamScript script(loop_);
        script.takes_nothing_at_once = !GetParam();
        script.cut_at = cut_at;
        script.fails_at = fails_at;
        converse(script, words, during);
        const std::vector<std::string> frames = read_frames(script.output);
        EXPECT_EQ(std::count(frames.begin(), frames.end(), "wrong"), 0) << "operation " << fails_at;
      }
    }
  }
}

TEST_F(PrebuiltFrameStreamTest, NothingOfOursFollowsTheCloseFrame) {
  StreamScript script(loop_);
  script.feed(kHandshake);
  Conversation conversation{ScriptedStream(script)};
  settle();
  script.feed(a_close());
  settle();
  conversation.say({"too late"});
  settle();
  EXPECT_EQ(conversation.pending_, 0);
  EXPECT_EQ(conversation.write_error_, asio::error::operation_aborted);
  EXPECT_EQ(read_frames(script.output), std::vector<std::string>{"close"});
}

TEST_F(PrebuiltFrameStreamTest, AFrameThatWaitsForACloseFrameIsRefused) {
  StreamScript script(loop_);
  script.feed(kHandshake);
  Conversation conversation{ScriptedStream(script)};
  settle();
  script.holds_writes = true;
  script.feed(a_close());
  settle();
  conversation.say({"too late"});
  settle();
  script.let_write_end();
  settle();
  EXPECT_EQ(conversation.write_error_, asio::error::operation_aborted);
  EXPECT_EQ(read_frames(script.output), std::vector<std::string>{"close"});
}

// A pong that waits for its turn belongs to Beast, which does not wait for it to end.
TEST_F(PrebuiltFrameStreamTest, MayBeDestroyedWhileBothSidesWrite) {
  StreamScript script(loop_);
  script.feed(kHandshake);
  Conversation conversation{ScriptedStream(script)};
  settle();
  ASSERT_TRUE(conversation.is_accepted_);
  script.takes_nothing_at_once = true;
  script.holds_writes = true;
  conversation.say({"half way"});
  script.feed(a_ping("waits"));
  settle();
  EXPECT_EQ(conversation.pending_, 2);
  conversation.destroy();
  settle();
  EXPECT_EQ(conversation.pending_, 1) << "who destroyed the stream was told of its frame";
  EXPECT_EQ(conversation.write_error_, std::nullopt);
  EXPECT_TRUE(script.is_closed);
}

// Bytes have come, and what they were read into may be gone when that is told.
TEST_F(PrebuiltFrameStreamTest, ADestroyedStreamTouchesNothingMore) {
  StreamScript script(loop_);
  auto stream = std::make_unique<PrebuiltFrameStream<ScriptedStream>>(ScriptedStream(script));
  stream->expect_deflated_messages();
  const std::string frame = client_frame(0xC1, deflated("{}"));
  std::string received(frame.size(), '\0');
  std::size_t told = 0;
  stream->async_read_some(asio::buffer(received),
                          [&](error_code, std::size_t size) { told = size; });
  script.feed(frame);
  stream.reset();
  settle();
  EXPECT_EQ(told, frame.size());
  EXPECT_EQ(received, frame);
}

TEST(FrameHeaderTest, TheLengthTakesTheFewestBytes) {
  using Kind = FrameHeader::Kind;
  const auto header = [](Kind kind, std::size_t size) {
    return std::string(FrameHeader(kind, size).view());
  };
  EXPECT_EQ(header(Kind::kText, 0), std::string("\x81\0", 2));
  EXPECT_EQ(header(Kind::kBinary, 125), std::string("\x82\x7d"));
  EXPECT_EQ(header(Kind::kText, 126), std::string("\x81\x7e\0\x7e", 4));
  EXPECT_EQ(std::string(FrameHeader(Kind::kText, 1, /*is_compressed=*/true).view()),
            std::string("\xc1\x01"));
  EXPECT_EQ(header(Kind::kText, 0xFFFF), std::string("\x81\x7e\xff\xff"));
  EXPECT_EQ(header(Kind::kText, 0x10000), std::string("\x81\x7f\0\0\0\0\0\1\0\0", 10));
  EXPECT_EQ(header(Kind::kBinary, 0x123456789A),
            std::string("\x82\x7f\0\0\0\x12\x34\x56\x78\x9a", 10));
}

}  // namespace
}  // namespace freshframe
