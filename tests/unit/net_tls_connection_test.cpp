#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>

#include "net/connection.h"

#include "net_fixture.h"
#include "raw_client.h"

namespace freshframe {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// A TLS client that sees how the connection ends.
class TlsClient {
 public:
  using Socket = asio::ip::tcp::socket;

  TlsClient(Socket socket, asio::ssl::context& context) : stream_(std::move(socket), context) {
    stream_.async_handshake(asio::ssl::stream_base::client, [this](error_code error) {
      if (error != asio::error::operation_aborted) {
        handshake_ = error;
      }
    });
  }

  void send(std::string bytes) {
    sent_ = std::move(bytes);
    asio::async_write(stream_, asio::buffer(sent_), [](error_code, std::size_t) {});
  }

  void read() {
    stream_.async_read_some(asio::buffer(chunk_), [this](error_code error, std::size_t size) {
      if (error) {
        end_ = error;
        return;
      }
      answer_.append(chunk_, size);
      read();
    });
  }

  bool has(std::string_view text) const { return answer_.find(text) != std::string::npos; }

  asio::ssl::stream<Socket> stream_;
  std::optional<error_code> handshake_;
  std::optional<error_code> end_;
  std::string answer_;

 private:
  std::string sent_;
  char chunk_[4096];
};

/// The server speaks TLS, and clients meet it without the tunnel.
class TlsConnectionTest : public NetTest {
 protected:
  TlsConnectionTest() : context_(asio::ssl::context::tls_client) {
    if (!tunnel_) {
      tunnel_.emplace(loop_);
    }
  }

  Socket socket() {
    Socket socket(loop_);
    socket.connect(listener_.local_endpoint());
    return socket;
  }

  /// Ends a client's operations before it goes: a TLS stream is referred to by its own.
  struct Goodbye {
    boost::asio::io_context& loop;

    void operator()(TlsClient* client) const {
      const std::unique_ptr<TlsClient> owned(client);
      error_code ignored;
      client->stream_.next_layer().close(ignored);
      loop.restart();
      loop.poll();
    }
  };
  using Client = std::unique_ptr<TlsClient, Goodbye>;

  Client client() {
    Client client(new TlsClient(socket(), context_), Goodbye{loop_});
    run_until([&] { return client->handshake_.has_value(); });
    EXPECT_FALSE(*client->handshake_) << client->handshake_->message();
    return client;
  }

  /// One who watches the first camera's stream.
  Client viewer() {
    auto viewer = client();
    viewer->send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    run_until([&] { return front_.viewer_count() == 1; });
    return viewer;
  }

  asio::ssl::context context_;
};

TEST_F(TlsConnectionTest, TheLastAnswerIsFollowedByCloseNotify) {
  const auto ann = client();
  ann->send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  ann->read();
  run_until([&] { return ann->end_.has_value(); });
  EXPECT_TRUE(ann->answer_.starts_with("HTTP/1.1 200 OK\r\n")) << ann->answer_;
  EXPECT_TRUE(ann->has("</html>"));
  EXPECT_EQ(*ann->end_, asio::error::eof) << ann->end_->message();
}

TEST_F(TlsConnectionTest, AStopEndsAStreamByCloseNotify) {
  const auto ann = viewer();
  ann->read();
  front_.publish(picture(1, "the picture"));
  run_until([&] { return ann->has("the picture\r\n--frame\r\n"); });
  connections_.end_gently([] {});
  run_until([&] { return ann->end_.has_value(); });
  EXPECT_EQ(*ann->end_, asio::error::eof) << ann->end_->message();
}

TEST_F(TlsConnectionTest, PlainHttpIsToldThatThisIsHttps) {
  for (const std::string method : {"GET", "POST", "PUT", "HEAD"}) {
    RawClient lost(socket());
    lost.send(method + " / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    run_until([&] { return lost.is_closed_; });
    EXPECT_TRUE(lost.answer_.starts_with("HTTP/1.1 400 Bad Request\r\n")) << lost.answer_;
    EXPECT_TRUE(lost.has("https://")) << lost.answer_;
  }
  run_until([&] { return connections_.count() == 0; });
}

TEST_F(TlsConnectionTest, WhatIsNoTlsIsLetGo) {
  limits_.leftover_time = std::chrono::milliseconds(50);
  RawClient lost(socket());
  lost.send("SSH-2.0-OpenSSH_9.2\r\n");
  run_until([&] { return lost.is_closed_ && connections_.count() == 0; });
}

TEST_F(TlsConnectionTest, WhoIsRefusedIsToldWhyByAnAlert) {
  SSL_CTX_set_security_level(context_.native_handle(), 0);
  SSL_CTX_set_max_proto_version(context_.native_handle(), TLS1_1_VERSION);
  TlsClient old(socket(), context_);
  run_until([&] { return old.handshake_.has_value(); });
  EXPECT_NE(old.handshake_->message().find("tlsv1 alert protocol version"), std::string::npos)
      << old.handshake_->message();
}

TEST_F(TlsConnectionTest, WhoNeverBeginsTheHandshakeIsLetGo) {
  limits_.header_time = std::chrono::milliseconds(50);
  RawClient silent(socket());
  run_until([&] { return connections_.count() == 1; });
  run_until([&] { return silent.is_closed_ && connections_.count() == 0; });
}

TEST_F(TlsConnectionTest, WhoStopsInTheHandshakeIsLetGo) {
  limits_.header_time = std::chrono::milliseconds(50);
  RawClient slow(socket());
  slow.send(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));  // of a ClientHello
  run_until([&] { return slow.is_closed_ && connections_.count() == 0; });
}

TEST_F(TlsConnectionTest, AStopEndsAHandshakeThatIsUnderWay) {
  RawClient silent(socket());
  run_until([&] { return connections_.count() == 1; });
  bool have_all_gone = false;
  connections_.end_gently([&] { have_all_gone = true; });
  run_until([&] { return have_all_gone && silent.is_closed_; });
}

TEST_F(TlsConnectionTest, APeerThatIsCutOffJustLeaves) {
  {
    const auto idle = client();
    const auto watching = viewer();
    const auto asking = client();
    asking->send("GET / HTTP/1.1\r\nHo");
    front_.publish(picture(1, std::string(4'000'000, 'x')));
    run_until([&] { return connections_.count() == 3; });
  }
  run_until([&] { return connections_.count() == 0; });
  EXPECT_EQ(front_.viewer_count(), 0u);
}

TEST_F(TlsConnectionTest, AStreamWhoseViewerTakesNothingIsLetGo) {
  limits_.write_time = std::chrono::milliseconds(50);
  const auto stalled = viewer();
  front_.publish(picture(1, std::string(std::size_t{16} << 20, 'x')));
  run_until([&] { return front_.viewer_count() == 0; });
}

// A read that has to write, since the peer wants new keys of us, at a time when the last write's
// deadline is long over: it must not end the stream, and nor must pictures that follow.
TEST_F(TlsConnectionTest, NewKeysMayBeAskedForAtAnyTime) {
  limits_.write_time = std::chrono::milliseconds(30);
  const auto ann = viewer();
  ann->read();
  front_.publish(picture(1, "picture 1."));
  run_until([&] { return ann->has("picture 1."); });
  asio::steady_timer longer(loop_, std::chrono::milliseconds(90));
  bool is_over = false;
  longer.async_wait([&](error_code) { is_over = true; });
  run_until([&] { return is_over; });
  for (std::uint64_t number = 2; number < 5; ++number) {
    SSL_key_update(ann->stream_.native_handle(), SSL_KEY_UPDATE_REQUESTED);
    ann->send("x");
    const std::string image = "picture " + std::to_string(number) + ".";
    front_.publish(picture(number, image));
    run_until([&] { return ann->has(image); });
  }
  EXPECT_FALSE(ann->end_);
}

TEST_F(TlsConnectionTest, ManyPicturesComeAsTheyAre) {
  const auto ann = viewer();
  ann->read();
  for (std::uint64_t number = 1; number <= 20; ++number) {
    const std::string image(number * 7'919, static_cast<char>('a' + number));
    front_.publish(picture(number, image));
    run_until([&] { return ann->has("\r\n\r\n" + image + "\r\n--frame\r\n"); });
  }
}

}  // namespace
}  // namespace freshframe
