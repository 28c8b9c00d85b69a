#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <openssl/ssl.h>

#include "net/prebuilt_frame_stream.h"
#include "tls/tls_identity.h"

#include "scripted_stream.h"
#include "test_certificate.h"
#include "tls_peers.h"
#include "web_socket_conversation.h"

namespace freshframe {
namespace {

namespace asio = boost::asio;
using boost::beast::error_code;

/// What Transport is under TLS, with a script in place of the socket.
class TlsOverScript {
 public:
  using Tls = asio::ssl::stream<ScriptedStream>;
  using executor_type = ScriptedStream::executor_type;

  explicit TlsOverScript(std::shared_ptr<Tls> tls) : tls_(std::move(tls)) {}

  executor_type get_executor() const { return tls_->next_layer().get_executor(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return tls_->async_read_some(buffers, std::forward<Token>(token));
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return tls_->async_write_some(buffers, std::forward<Token>(token));
  }
  template <class Buffers>
  std::size_t write_some(const Buffers& /*buffers*/, error_code& error) {
    error = asio::error::would_block;
    return 0;
  }

  friend void beast_close_socket(TlsOverScript& stream) {
    beast_close_socket(stream.tls_->next_layer());
  }
  template <class Handler>
  friend void async_teardown(boost::beast::role_type role, TlsOverScript& stream,
                             Handler&& handler) {
    using boost::beast::async_teardown;
    SSL_set_shutdown(stream.tls_->native_handle(), SSL_RECEIVED_SHUTDOWN);
    async_teardown(role, *stream.tls_, std::forward<Handler>(handler));
  }

 private:
  std::shared_ptr<Tls> tls_;
};

/// A TLS client whose other end is a script.
class ScriptClient {
 public:
  explicit ScriptClient(StreamScript& script) : script_(script), context_(lax_client()) {
    BIO* inner = nullptr;
    BIO* outer = nullptr;
    BIO_new_bio_pair(&inner, std::size_t{1} << 17, &outer, std::size_t{1} << 17);
    outer_.reset(outer);
    connection_.reset(SSL_new(context_.get()));
    SSL_set_bio(connection_.get(), inner, inner);
    SSL_set_connect_state(connection_.get());
  }

  /// Takes what the server has sent, and answers as TLS asks. False when there was nothing to do.
  bool move() {
    const std::string_view fresh = std::string_view(script_.output).substr(taken_);
    const int taken = BIO_write(outer_.get(), fresh.data(), static_cast<int>(fresh.size()));
    taken_ += static_cast<std::size_t>(std::max(taken, 0));
    std::array<char, 16 * 1024> room{};
    int size = 0;
    while ((size = SSL_read(connection_.get(), room.data(), room.size())) > 0) {
      heard_.append(room.data(), static_cast<std::size_t>(size));
    }
    const std::string answer = sent();
    if (!answer.empty()) {
      script_.feed(answer);
    }
    return !fresh.empty() || !answer.empty();
  }

  bool is_connected() const { return SSL_is_init_finished(connection_.get()) == 1; }
  bool got_close_notify() const {
    return (SSL_get_shutdown(connection_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }

  void say(std::string_view words) {
    SSL_write(connection_.get(), words.data(), static_cast<int>(words.size()));
    script_.feed(sent());
  }

  /// What came, decrypted.
  std::string heard_;

 private:
  std::string sent() {
    std::string bytes(BIO_ctrl_pending(outer_.get()), '\0');
    BIO_read(outer_.get(), bytes.data(), static_cast<int>(bytes.size()));
    return bytes;
  }

  StreamScript& script_;
  ContextPtr context_;
  BioPtr outer_;
  ConnectionPtr connection_;
  std::size_t taken_ = 0;
};

class PrebuiltFrameStreamOverTlsTest : public ::testing::Test {
 protected:
  struct Talk {
    explicit Talk(asio::io_context& loop) : script(loop) {}
    StreamScript script;
    std::size_t handshake_bytes = 0;
    std::size_t handshake_operations = 0;
    int pending = 0;
    bool got_close_notify = false;
    std::vector<std::string> frames;
  };

  /// Shakes hands, then sends `messages` and lets the client say `words` as the write `at` behind
  /// the handshake begins. `prepare` sets the script's faults when the handshake is over.
  template <class Prepare>
  void converse(Talk& talk, const std::vector<std::string>& messages, const std::string& words,
                std::size_t at, Prepare prepare) {
    StreamScript& script = talk.script;
    auto tls = std::make_shared<TlsOverScript::Tls>(ScriptedStream(script), identity_.context());
    ScriptClient client(script);
    bool is_ready = false;
    tls->async_handshake(asio::ssl::stream_base::server,
                         [&](error_code error) { is_ready = !error; });
    settle(client);
    ASSERT_TRUE(is_ready);
    talk.handshake_bytes = script.output.size();
    talk.handshake_operations = script.operations;
    prepare(script);
    script.on_write = [&, first = script.writes](std::size_t number) {
      if (number == first + at) {
        client.say(words);
      }
    };
    Conversation conversation{TlsOverScript(std::move(tls))};
    conversation.say(messages);
    client.say(kHandshake);
    settle(client);
    talk.got_close_notify = client.got_close_notify();
    script.close();
    settle(client);
    talk.pending = conversation.pending_;
    talk.frames = read_frames(client.heard_);
  }

  void settle(ScriptClient& client) {
    do {
      loop_.restart();
      loop_.poll();
    } while (client.move());
  }

  static std::vector<std::string> of_kind(const std::vector<std::string>& all,
                                          std::string_view kind) {
    std::vector<std::string> some;
    std::copy_if(all.begin(), all.end(), std::back_inserter(some),
                 [&](const std::string& frame) { return frame.starts_with(kind); });
    return some;
  }

  asio::io_context loop_;
  TestCertificate certificate_;
  TlsIdentity identity_ = *TlsIdentity::load(certificate_.files());
  // The last takes several TLS records.
  const std::vector<std::string> messages_{"a", std::string(126, 'b'), std::string(40'000, 'c')};
  const std::string words_ = a_ping("one") + a_ping("two");
};

TEST_F(PrebuiltFrameStreamOverTlsTest, PongsComeBetweenFramesAndNeverInside) {
  std::vector<std::string> texts;
  for (const std::string& message : messages_) {
    texts.push_back(text(message));
  }
  for (std::size_t at = 0; at < 6; ++at) {
    Talk talk(loop_);
    converse(talk, messages_, words_, at, [](StreamScript&) {});
    EXPECT_EQ(of_kind(talk.frames, "text"), texts) << "pings during write " << at;
    EXPECT_EQ(of_kind(talk.frames, "pong"), (std::vector<std::string>{"pong one", "pong two"}));
    EXPECT_EQ(talk.frames.size(), messages_.size() + 2);
    EXPECT_EQ(talk.pending, 0);
  }
}

TEST_F(PrebuiltFrameStreamOverTlsTest, ACloseIsAnsweredAndFollowedByCloseNotify) {
  Talk talk(loop_);
  converse(talk, messages_, words_ + a_close(), 2, [](StreamScript&) {});
  EXPECT_EQ(talk.frames.back(), "close");
  EXPECT_TRUE(talk.got_close_notify);
  EXPECT_EQ(talk.pending, 0);
}

TEST_F(PrebuiltFrameStreamOverTlsTest, NoFrameIsCutWhereverAWriteIsCut) {
  const std::vector<std::string> few{"a", std::string(126, 'b')};
  for (const std::size_t at : {0u, 1u, 2u}) {
    Talk whole(loop_);
    converse(whole, few, words_, at, [](StreamScript&) {});
    const std::size_t bytes = whole.script.output.size() - whole.handshake_bytes;
    for (std::size_t cut_at = 1; cut_at < bytes; ++cut_at) {
      Talk cut(loop_);
      converse(cut, few, words_, at,
               [&](StreamScript& script) { script.cut_at = script.output.size() + cut_at; });
      ASSERT_EQ(cut.frames.size(), 4u) << "cut at " << cut_at << " during " << at;
      ASSERT_EQ(of_kind(cut.frames, "text"), of_kind(whole.frames, "text"));
      ASSERT_EQ(of_kind(cut.frames, "pong"), of_kind(whole.frames, "pong"));
    }
  }
}

TEST_F(PrebuiltFrameStreamOverTlsTest, AFailureOfAnyOperationEndsEverything) {
  for (const std::size_t at : {0u, 1u, 3u}) {
    Talk whole(loop_);
    converse(whole, messages_, words_ + a_close(), at, [](StreamScript&) {});
    const std::size_t operations = whole.script.operations - whole.handshake_operations;
    ASSERT_GT(operations, 8u);
    for (std::size_t fails_at = 0; fails_at < operations; ++fails_at) {
      Talk talk(loop_);
      converse(talk, messages_, words_ + a_close(), at,
               [&](StreamScript& script) { script.fails_at = script.operations + fails_at; });
      EXPECT_EQ(talk.pending, 0) << "operation " << fails_at;
      EXPECT_TRUE(of_kind(talk.frames, "wrong").empty()) << "operation " << fails_at;
    }
  }
}

}  // namespace
}  // namespace freshframe
