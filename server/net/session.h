#pragma once

#include <chrono>
#include <optional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "hub/channel.h"
#include "hub/outbox.h"
#include "hub/viewer.h"
#include "net/http_types.h"
#include "net/limits.h"
#include "net/open_connections.h"
#include "net/signal.h"

namespace freshframe {

/// One viewer, from its WebSocket handshake to its close. It is sent the newest picture whenever
/// the one before has left, and never anything older.
///
/// Thread: event loop only. Lives in the coroutine that awaits run().
class Session final : private Viewer, private OpenConnection {
 public:
  /// `socket` is connected and nothing but `upgrade` was read from it. `channel` and `connections`
  /// outlive the session.
  Session(boost::asio::ip::tcp::socket socket, Channel& channel, const Limits& limits,
          OpenConnections& connections);
  ~Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Answers `upgrade` and serves until the viewer has gone, whoever ended it.
  boost::asio::awaitable<void> run(HttpRequest upgrade);

 private:
  void on_picture(Channel& channel, const PicturePtr& picture) override;
  void on_status(Channel& channel, const CameraStatus& status) override;
  void end_gently() override;
  void end_now() override;

  boost::asio::awaitable<bool> accept(HttpRequest upgrade);
  boost::asio::awaitable<void> read_until_closed();
  boost::asio::awaitable<void> write_what_is_newest();
  boost::asio::awaitable<void> watch_write_time();

  boost::beast::websocket::stream<boost::asio::ip::tcp::socket> socket_;
  Channel& channel_;
  const Limits limits_;
  const OpenConnections::Registration registration_;
  Outbox outbox_;
  Signal something_to_do_;
  boost::asio::steady_timer write_timer_;
  /// Set while a message is being written.
  std::optional<std::chrono::steady_clock::time_point> write_began_;
  bool closing_ = false;
  bool ended_ = false;
};

}  // namespace freshframe
