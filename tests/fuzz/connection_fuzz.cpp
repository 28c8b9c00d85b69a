#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/log.h"
#include "hub/hub.h"
#include "message/frame_message.h"
#include "net/connection.h"
#include "publish/published_streams.h"

#include "check.h"
#include "server_frames.h"

namespace {

using namespace freshframe;
using tcp = boost::asio::ip::tcp;

/// What a peer says before the input's own bytes: nothing, or what makes it a viewer of some kind.
constexpr std::array<std::string_view, 4> kBeginnings = {
    "",
    "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    "GET /ws?camera=vision HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Protocol: freshframe.v1.binary\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
    "GET /ws?subscribe=none HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"};

/// As a client sends it. A mask of zeros changes nothing (RFC 6455, section 5.3).
std::string text_frame(std::string_view text) {
  std::string frame = "\x81";
  frame += static_cast<char>(0x80 | text.size());
  return frame.append(4, '\0').append(text);
}

PicturePtr picture(std::uint64_t sequence) {
  WireForms forms;
  for (const WireForm form : {WireForm::kJson, WireForm::kBinary, WireForm::kDeflatedJson}) {
    forms.add(form);
  }
  const FrameInfo info{.sequence = sequence,
                       .captured = UnixTime{std::chrono::seconds{sequence}},
                       .width_px = 16,
                       .height_px = 8};
  constexpr std::string_view kImage = "an image";
  return std::make_shared<Picture>(
      make_picture("front", info, "image/jpeg", std::as_bytes(std::span(kImage)), forms));
}

/// A server of two cameras, and one peer on a socket pair: everything that a connection meets from
/// its first byte to its end, without a network.
class World {
 public:
  World() {
    published_.add(loop_, vision_);
    std::array<int, 2> ends{};
    check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) == 0);
    peer_ = ends[0];
    const Services services{hub_, published_, connections_, limits_, access_, admission_, browser_};
    co_spawn(loop_, serve_connection(tcp::socket(loop_, tcp::v4(), ends[1]), services),
             boost::asio::detached);
    settle();
  }

  ~World() {
    if (peer_ >= 0) {
      ::close(peer_);
    }
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void say(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t size = ::send(peer_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      const auto before = answer_.size();
      settle();
      if (size <= 0 && answer_.size() == before) {
        return;  // nobody listens any more
      }
      bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    }
  }

  void publish_picture() {
    front_.publish(picture(++sequence_));
    settle();
  }

  /// Hears what comes of published images, which the thread that looks into them tells.
  void listen(bool awaits_publishing) {
    constexpr int kMost = 3;
    for (int i = 0; i < kMost && awaits_publishing && connections_.count() > 0; ++i) {
      loop_.restart();
      loop_.run_one_for(std::chrono::milliseconds(1));
      settle();
    }
    settle();
  }

  /// What the server said until nothing of the connection was left. It must end by itself when its
  /// peer has gone: nothing may be waited for but the thread that looks into published images.
  const std::string& hang_up(bool awaits_publishing) {
    listen(awaits_publishing);
    ::shutdown(peer_, SHUT_WR);
    listen(awaits_publishing || answer_.empty());
    ::close(peer_);
    peer_ = -1;
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (connections_.count() > 0) {
      check(std::chrono::steady_clock::now() < patience);
      loop_.restart();
      loop_.run_one_for(std::chrono::milliseconds(10));
    }
    return answer_;
  }

 private:
  void settle() {
    loop_.restart();
    loop_.poll();
    std::array<char, 16384> room{};
    for (ssize_t size = 0; (size = ::recv(peer_, room.data(), room.size(), 0)) > 0;) {
      answer_.append(room.data(), static_cast<std::size_t>(size));
      loop_.restart();
      loop_.poll();
    }
  }

  boost::asio::io_context loop_;
  Hub hub_;
  Channel& front_ = hub_.add("front", "a test");
  Channel& vision_ = hub_.add("vision", "publish");
  PublishedStreams published_;
  OpenConnections connections_;
  Limits limits_;
  AccessControl access_ = AccessControl::open_to_all();
  Admission admission_{limits_, {}};
  BrowserPolicy browser_{BrowserPolicy::Options()};
  int peer_ = -1;
  std::uint64_t sequence_ = 0;
  std::string answer_;
};

}  // namespace

// A whole connection: head, route, handshake, session, frames, messages, uploads. The first byte
// says how the peer begins and into what pieces its bytes are cut; pictures come in between. What
// the server says is HTTP and whole frames, and it lets go when its peer does.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool is_silent = (start_log("off"), true);
  if (!is_silent || size == 0) {
    return 0;
  }
  const std::size_t beginning = data[0] % kBeginnings.size();
  const std::size_t piece = data[0] < 64 ? size : 1u + data[0] / 8u;
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  World world;
  world.say(kBeginnings[beginning]);
  if (beginning == 3) {
    world.say(text_frame(R"({"type":"publish","camera":"vision"})"));
  }
  while (!rest.empty()) {
    world.say(rest.substr(0, piece));
    world.publish_picture();
    rest.remove_prefix(std::min(piece, rest.size()));
  }
  check_server_said(world.hang_up(beginning == 3));
  return 0;
}
