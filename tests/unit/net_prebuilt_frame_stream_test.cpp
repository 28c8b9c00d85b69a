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
#include <boost/beast/websocket.hpp>

#include "net/frame_header.h"
#include "net/prebuilt_frame_stream.h"

#include "deflate_bytes.h"
#include "scripted_stream.h"

namespace freshframe {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using boost::beast::error_code;

constexpr std::string_view kHandshake =
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
constexpr std::string_view kEndOfHead = "\r\n\r\n";

/// A client's control frame. Masked with zeros, which leaves the bytes as they are.
std::string from_client(std::uint8_t opcode, const std::string& payload) {
  return std::string{static_cast<char>(0x80 | opcode), static_cast<char>(0x80 | payload.size())} +
         std::string(4, '\0') + payload;
}

std::string a_ping(const std::string& payload) {
  return from_client(0x9, payload);
}

std::string a_close() {
  return from_client(0x8, "\x03\xe8");
}

/// A frame of ours in short: "text xxx".
std::string text(const std::string& payload) {
  return "text " + payload;
}

/// What a client makes of the server's bytes, frame by frame: "text PAYLOAD", "pong PAYLOAD",
/// "close"; "cut" at the end when the last one, or the handshake, is not whole, and "wrong" for
/// what is no frame that a server may send.
std::vector<std::string> read_frames(std::string_view bytes) {
  const std::size_t end_of_head = bytes.find(kEndOfHead);
  if (end_of_head == std::string_view::npos) {
    return {"cut"};
  }
  bytes.remove_prefix(end_of_head + kEndOfHead.size());
  std::vector<std::string> frames;
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  while (!bytes.empty()) {
    if (bytes.size() < 2 || (byte(1) == 126 && bytes.size() < 4)) {
      frames.emplace_back("cut");
      break;
    }
    const bool is_long = byte(1) == 126;
    const std::size_t head = is_long ? 4 : 2;
    const std::size_t size = is_long ? byte(2) * 256u + byte(3) : byte(1);
    if (bytes.size() < head + size) {
      frames.emplace_back("cut");
      break;
    }
    const std::string payload(bytes.substr(head, size));
    switch (byte(0)) {
      case 0x81:
        frames.push_back(text(payload));
        break;
      case 0x8A:
        frames.push_back("pong " + payload);
        break;
      case 0x88:
        frames.emplace_back("close");
        break;
      default:
        frames.emplace_back("wrong");
        return frames;
    }
    bytes.remove_prefix(head + size);
  }
  return frames;
}

/// A server's end of a WebSocket that sends messages of ours, one after the other, while Beast
/// answers the client's pings and its close.
class Conversation {
 public:
  explicit Conversation(StreamScript& script)
      : socket_(std::make_unique<Socket>(ScriptedStream(script))) {
    ++pending_;
    socket_->async_accept([this](error_code error) {
      --pending_;
      is_accepted_ = !error;
      if (is_accepted_) {
        read();
        write();
      }
    });
  }

  void say(std::vector<std::string> messages) {
    messages_ = std::move(messages);
    if (is_accepted_) {
      write();
    }
  }

  void destroy() { socket_.reset(); }

  bool is_accepted_ = false;
  /// Calls whose handler has not been called.
  int pending_ = 0;
  std::optional<error_code> write_error_;
  std::size_t written_ = 0;
  std::size_t written_at_once_ = 0;

 private:
  using Socket = websocket::stream<PrebuiltFrameStream<ScriptedStream>>;

  void read() {
    ++pending_;
    socket_->async_read(received_, [this](error_code error, std::size_t) {
      --pending_;
      if (!error) {
        read();
      }
    });
  }

  void write() {
    while (written_ < messages_.size() && write_next()) {
      ++written_;
      ++written_at_once_;
    }
  }

  bool write_next() {
    const std::string& message = messages_[written_];
    header_.emplace(FrameHeader::Kind::kText, message.size());
    // In two parts, as the server's messages are.
    const std::string_view view = message;
    const std::array<asio::const_buffer, 3> buffers{asio::buffer(header_->view()),
                                                    asio::buffer(view.substr(0, view.size() / 2)),
                                                    asio::buffer(view.substr(view.size() / 2))};
    const bool has_left = socket_->next_layer().write_frame(buffers, [this](error_code error) {
      --pending_;
      write_error_ = error;
      if (!error) {
        ++written_;
        write();
      }
    });
    pending_ += has_left ? 0 : 1;
    return has_left;
  }

  std::unique_ptr<Socket> socket_;
  boost::beast::flat_buffer received_;
  std::vector<std::string> messages_;
  std::optional<FrameHeader> header_;
};

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
    Conversation conversation(script);
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
  Conversation conversation(script);
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
  Conversation conversation(script);
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
  Conversation conversation(script);
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
  Conversation conversation(script);
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
