#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "hub/hub.h"
#include "message/frame_message.h"
#include "net/connection.h"
#include "net/listener.h"
#include "net/open_connections.h"

#include "tls_tunnel.h"

namespace freshframe {

/// A server with the channels "front" and "back" at a port of its own on the loopback address, and
/// the event loop on which the test's clients live as well: nothing happens but in run_until().
/// With FRESHFRAME_TEST_OVER_TLS in the environment it speaks TLS only, and clients reach it by a
/// tunnel: so that every test can be made twice.
class NetTest : public ::testing::Test {
 protected:
  using Socket = boost::asio::ip::tcp::socket;

  NetTest()
      : front_(hub_.add("front", "a test")),
        back_(hub_.add("back", "a test")),
        listener_(*Listener::open(loop_, "127.0.0.1", 0)) {
    if (std::getenv("FRESHFRAME_TEST_OVER_TLS") != nullptr) {
      tunnel_.emplace(loop_);
    }
    co_spawn(loop_, listener_.run([this](Socket socket) {
      const Services services{hub_,    published_, connections_, limits_,
                              access_, admission_, *browser_};
      Transport transport =
          tunnel_ ? tunnel_->server_end(std::move(socket)) : Transport(std::move(socket));
      co_spawn(loop_, serve_connection(std::move(transport), services), boost::asio::detached);
    }),
             boost::asio::detached);
  }

  ~NetTest() override {
    // Coroutines that are left refer to the members here; let them end first.
    listener_.close();
    connections_.end_now();
    run_until([this] { return connections_.count() == 0; });
  }

  /// Runs the event loop until `condition` holds. A test that waits in vain fails after 60 s.
  void run_until(const std::function<bool()>& condition) {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), patience) << "what was waited for never came";
      loop_.restart();
      loop_.run_one_for(std::chrono::milliseconds(100));
    }
  }

  std::string authority() const {
    return "127.0.0.1:" + std::to_string(listener_.local_endpoint().port());
  }

  Socket connected_socket() {
    Socket socket(loop_);
    socket.connect(listener_.local_endpoint());
    return tunnel_ ? tunnel_->client_end(std::move(socket)) : std::move(socket);
  }

  /// A picture whose image is `image`, in all forms, captured one second after the one before.
  static PicturePtr picture(std::uint64_t sequence, std::string_view image) {
    return picture(sequence, image, {WireForm::kJson, WireForm::kBinary, WireForm::kDeflatedJson});
  }
  static PicturePtr picture(std::uint64_t sequence, std::string_view image,
                            std::initializer_list<WireForm> made_in) {
    WireForms forms;
    for (const WireForm form : made_in) {
      forms.add(form);
    }
    const FrameInfo info{.sequence = sequence,
                         .captured = UnixTime{std::chrono::seconds{sequence}},
                         .width_px = 16,
                         .height_px = 8};
    return std::make_shared<Picture>(
        make_picture("front", info, "image/jpeg", std::as_bytes(std::span(image)), forms));
  }

  boost::asio::io_context loop_;
  Hub hub_;
  PublishedStreams published_;
  OpenConnections connections_;
  Limits limits_;
  AccessControl access_ = AccessControl::open_to_all();
  Admission admission_{limits_, {}};
  /// A test may replace it.
  std::unique_ptr<BrowserPolicy> browser_ =
      std::make_unique<BrowserPolicy>(BrowserPolicy::Options());
  Channel& front_;
  Channel& back_;
  Listener listener_;
  std::optional<TlsTunnel> tunnel_;
};

}  // namespace freshframe
