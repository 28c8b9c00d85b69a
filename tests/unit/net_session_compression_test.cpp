#include <algorithm>
#include <memory>
#include <string>

#include <boost/beast/websocket.hpp>

#include "net/session.h"

#include "deflate_bytes.h"
#include "net_session_fixture.h"

namespace freshframe {
namespace {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

class SessionCompressionTest : public SessionTest {
 protected:
  /// A viewer that has offered `extensions`; it reads and has been greeted, unless it was refused.
  std::unique_ptr<Client> offering_viewer(const std::string& extensions = "permessage-deflate") {
    auto client = std::make_unique<Client>(connected_socket());
    client->socket_.set_option(
        websocket::stream_base::decorator([extensions](websocket::request_type& request) {
          request.set(beast::http::field::sec_websocket_extensions, extensions);
        }));
    client->shake_hands(authority(), "/ws?subscribe=none");
    run_until([&] { return client->handshake_is_done_; });
    if (!client->handshake_error_) {
      client->read_all();
      run_until([&] { return client->has("hello"); });
    }
    return client;
  }

  /// Sends `frames` to a session with compression and waits for its end.
  websocket::close_code close_code_after(const std::string& frames,
                                         const std::string& extensions = "permessage-deflate") {
    bool was_watched = false;
    front_.on_demand([&](WireForms) { was_watched = true; });
    const auto ann = offering_viewer(extensions);
    ann->send_raw(frames + client_frame(kText, R"({"type":"subscribe","camera":"front"})"));
    run_until([&] { return ann->end_.failed(); });
    front_.on_demand(nullptr);
    EXPECT_FALSE(was_watched) << "something was heard of a session that had failed";
    return static_cast<websocket::close_code>(ann->socket_.reason().code);
  }

  // The first byte of a frame: RFC 6455, section 5.2. RSV1 is 0x40.
  static constexpr unsigned kText = 0x81;
  static constexpr unsigned kBinary = 0x82;
  static constexpr unsigned kPing = 0x89;
  static constexpr unsigned kBegins = 0x01;
  static constexpr unsigned kGoesOn = 0x00;
  static constexpr unsigned kEnds = 0x80;
  static constexpr unsigned kDeflated = 0x40;
};

TEST_F(SessionCompressionTest, CompressionThatIsOfferedIsAgreedOn) {
  const auto ann = offering_viewer("foo, permessage-deflate; server_max_window_bits=8");
  EXPECT_EQ(ann->response_[beast::http::field::sec_websocket_extensions],
            "permessage-deflate; client_no_context_takeover; server_max_window_bits=8");
}

TEST_F(SessionCompressionTest, WithoutAnAcceptableOfferThereIsNoCompression) {
  for (const char* const offer : {"foo", "permessage-deflate; server_max_window_bits=16"}) {
    const auto ann = offering_viewer(offer);
    EXPECT_TRUE(ann->has("hello"));
    EXPECT_EQ(ann->response_.count(beast::http::field::sec_websocket_extensions), 0u) << offer;
  }
}

TEST_F(SessionCompressionTest, AnOfferThatIsMalformedIsRefusedBeforeTheUpgrade) {
  const auto ann = offering_viewer("permessage-deflate;");
  EXPECT_EQ(ann->handshake_error_, websocket::error::upgrade_declined);
  EXPECT_EQ(ann->response_.result(), beast::http::status::bad_request);
}

TEST_F(SessionCompressionTest, AViewerThatCompressesIsUnderstood) {
  const auto ann = compressing_viewer();
  ann->say(R"({"type":"subscribe","camera":"back"})");
  ann->say(R"({"type":"subscribe","camera":"attic"})");
  run_until([&] { return ann->has("back idle") && ann->has("error unknown-camera"); });
  back_.publish(picture(1, "x"));
  run_until([&] { return ann->has("frame 1"); });
  ann->say(R"({"type":"ack","camera":"back","sequence":1})");
  ann->say(R"({"type":"ping","client_time_us":1})");
  run_until([&] { return ann->has("pong"); });
}

TEST_F(SessionCompressionTest, EachMessageMayBeCompressedOrNot) {
  const std::string ping = R"({"type":"ping","client_time_us":1})";
  const std::string small = deflated(ping);
  const auto ann = offering_viewer();
  ann->send_raw(client_frame(kText | kDeflated, small) + client_frame(kText, ping) +
                client_frame(kBegins | kDeflated, small.substr(0, 5)) +
                client_frame(kPing, "between") + client_frame(kGoesOn, "") +
                client_frame(kEnds, small.substr(5)) + client_frame(kText | kDeflated, small));
  run_until([&] { return std::count(ann->messages_.begin(), ann->messages_.end(), "pong") == 4; });
}

TEST_F(SessionCompressionTest, ACompressedMessageUpToTheLimitIsTaken) {
  const auto ann = offering_viewer();
  ann->send_raw(client_frame(kText | kDeflated, deflated(std::string(limits_.message_bytes, 'x'))));
  run_until([&] { return ann->has("error not-json"); });
}

// Beast 1.81 and 1.83 would take the message behind these for corrupt (its issue 3028).
TEST_F(SessionCompressionTest, ACompressedMessageThatIsTooLargeIsAnsweredAndTheStreamLivesOn) {
  std::string incompressible;
  for (unsigned i = 0; incompressible.size() < 3 * limits_.message_bytes; ++i) {
    incompressible += std::to_string(i * 2'654'435'761u);
  }
  for (const std::string& message :
       {std::string(limits_.message_bytes + 1, 'x'),
        std::string(limits_.refused_message_bytes, 'x'), incompressible}) {
    const auto ann = offering_viewer();
    ann->send_raw(
        client_frame(kText | kDeflated, deflated(message)) +
        client_frame(kText | kDeflated, deflated(R"({"type":"ping","client_time_us":1})")));
    run_until([&] { return ann->has("pong"); });
    EXPECT_TRUE(ann->has("error too-large"));
  }
}

// A bomb ends where a plain message of its size does, however it is cut.
TEST_F(SessionCompressionTest, ACompressedMessageOfNoEndEndsTheSessionWith1009) {
  const std::string bomb = deflated(std::string(4'000'000, 'x'));
  ASSERT_LT(bomb.size(), limits_.message_bytes);
  EXPECT_EQ(close_code_after(client_frame(kText | kDeflated, bomb)),
            websocket::close_code::too_big);

  std::string in_pieces = client_frame(kBegins | kDeflated, "");
  for (const char byte : bomb) {
    in_pieces += client_frame(kGoesOn, {&byte, 1});
  }
  in_pieces += client_frame(kEnds, "");
  EXPECT_EQ(close_code_after(in_pieces), websocket::close_code::too_big);
}

// It inflates to nothing, and would be read for ever.
TEST_F(SessionCompressionTest, ACompressedMessageOfNoEndAndNoContentEndsTheSessionWith1009) {
  const std::string nothing(1000, '\0');
  std::string frames = client_frame(kBegins | kDeflated, nothing);
  for (std::size_t size = 0; size <= limits_.refused_message_bytes; size += nothing.size()) {
    frames += client_frame(kGoesOn, nothing);
  }
  EXPECT_EQ(close_code_after(frames), websocket::close_code::too_big);
}

TEST_F(SessionCompressionTest, ACompressedMessageThatIsCorruptEndsTheSessionWith1007) {
  const std::string whole = deflated(R"({"type":"ping","client_time_us":1})");
  for (const std::string& payload : {std::string("\x06"), whole.substr(0, whole.size() - 2),
                                     std::string(), deflated("{\"type\":\"\xFF\"}")}) {
    EXPECT_EQ(close_code_after(client_frame(kText | kDeflated, payload)),
              websocket::close_code::bad_payload);
  }
}

// Beast's async_read_some and async_close wait for each other when reading fails while the goodbye
// is being sent.
TEST_F(SessionCompressionTest, WhatIsWrongBehindWhatEndsTheSessionLeavesNothingBehind) {
  const std::string corrupt = client_frame(kText | kDeflated, "\x06");
  EXPECT_EQ(close_code_after(corrupt + client_frame(kText, "{}") + client_frame(0x83, "")),
            websocket::close_code::bad_payload);
  run_until([&] { return connections_.count() == 0; });
}

TEST_F(SessionCompressionTest, AMarkOfCompressionWhereNoneMayBeEndsTheSessionWith1002) {
  const std::string payload = deflated("{}");
  const std::string begun = client_frame(kBegins | kDeflated, payload.substr(0, 1));
  for (const std::string& frames :
       {client_frame(kPing | kDeflated, "x"), begun + client_frame(kEnds | kDeflated, payload),
        begun + client_frame(kText | kDeflated, payload), client_frame(kText | 0x20, "{}"),
        client_frame(kEnds | kDeflated, payload), client_frame(0x83 | kDeflated, payload)}) {
    EXPECT_EQ(close_code_after(frames), websocket::close_code::protocol_error);
  }
  EXPECT_EQ(close_code_after(client_frame(kText | kDeflated, payload), "foo"),
            websocket::close_code::protocol_error);
}

TEST_F(SessionCompressionTest, ACompressedBinaryMessageIsRefused) {
  const auto ann = offering_viewer();
  ann->send_raw(client_frame(kBinary | kDeflated, "\x06 not even DEFLATE") +
                client_frame(kBinary, "\xFF"));
  run_until([&] {
    return std::count(ann->messages_.begin(), ann->messages_.end(), "error not-text") == 2;
  });
}

}  // namespace
}  // namespace freshframe
