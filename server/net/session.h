#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "base/rate_limit.h"
#include "hub/channel.h"
#include "hub/credit_window.h"
#include "hub/hub.h"
#include "hub/outbox.h"
#include "hub/sent_frames.h"
#include "hub/viewer.h"
#include "message/bytes.h"
#include "message/client_message.h"
#include "net/error_budget.h"
#include "net/http_types.h"
#include "net/limits.h"
#include "net/outgoing_message.h"
#include "net/prebuilt_frame_stream.h"
#include "net/services.h"
#include "net/session_budget.h"
#include "net/session_controls.h"
#include "net/session_publisher.h"
#include "net/signal.h"
#include "net/transport.h"

#include "access/access_control.h"
#include "access/roles.h"

namespace freshframe {

/// One viewer, from its WebSocket handshake to its close: what proto/README.md says, from the
/// server's side. It is sent the newest picture whenever the one before has left and its credit
/// allows.
///
/// Thread: event loop only. Lives in the coroutine that awaits run().
class Session final : private Viewer, private OpenConnection {
 public:
  /// `transport` is connected and nothing but `upgrade` was read from it. The viewer may do what
  /// `roles` say.
  Session(Transport transport, const Services& services, Roles roles);
  ~Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Answers `upgrade` and serves until the viewer has gone, whoever ended it. It begins with a
  /// subscription to `first`, or with none when that is null.
  boost::asio::awaitable<void> run(HttpRequest upgrade, Channel* first, LastPicture last);

 private:
  /// A camera that this viewer has subscribed to.
  struct Watch {
    Channel& channel;
    RateLimit rate;
    /// What was sent last; empty before the first frame, a stale one aside.
    std::optional<std::uint64_t> last_sequence;
    /// Since then: what was not sent was not wanted.
    bool was_paused = false;

    /// Made last: it hands over the newest picture at once, which must find all of the above.
    std::optional<Subscription> subscription;

    Watch(Channel& watched, const RateLimit& limit) : channel(watched), rate(limit) {}
  };

  void on_picture(Channel& channel, const PicturePtr& picture) override;
  void on_status(Channel& channel, const CameraStatus& status) override;
  void on_controls(Channel& channel) override { controls_.changed(channel); }
  void end_gently() override;
  void end_now() override;

  Transport& transport() { return socket_.next_layer().next_layer(); }

  boost::asio::awaitable<bool> accept(HttpRequest upgrade);
  boost::asio::awaitable<void> read_messages();
  boost::asio::awaitable<void> send_until_closed();
  boost::asio::awaitable<void> watch_write_time();

  /// Tells the session that there is something to send, and sends it at once if it may go.
  void something_is_new();
  /// Sends what waits and may go, until a message stays on its way. When to look again, if only for
  /// the time that passes.
  std::chrono::steady_clock::time_point send();
  void send_picture(Outbox::WaitingPicture waiting);
  /// Sends `message_`, at once or in the time to come.
  void send_message();
  void message_has_left(boost::beast::error_code error);

  std::size_t most_message_bytes() const;
  /// One message that came whole. `transfer`: from its first byte to its last.
  void handle(std::string_view content, Deflated deflated,
              std::chrono::steady_clock::duration transfer);
  // True for a publisher's frame, with which nothing is done yet.
  bool handle_deflated_unless_frame(std::string_view message);
  bool handle_unless_frame(std::string_view text);
  void handle_frame(Submission submission, std::chrono::steady_clock::duration transfer);
  void handle(const ClientMessage& message, const SubscribeMessage& subscribe);
  void handle(const ClientMessage& message, const UnsubscribeMessage& unsubscribe);
  void handle(const ClientMessage& message, const AckMessage& ack);
  void handle(const ClientMessage& message, const PingMessage& ping);
  void handle(const ClientMessage& message, const GetControlsMessage& get);
  void handle(const ClientMessage& message, const SetControlsMessage& set);
  void handle(const ClientMessage& message, const PublishMessage& publish);
  void handle(const ClientMessage& message, const PublishedFrameMessage& frame);
  /// True when the viewer has this role; else it is told what it lacks.
  bool is_allowed(const ClientMessage& message, Role role);
  void refuse(ProtocolError error);
  void refuse_too_large();
  void close_with(boost::beast::websocket::close_code code);

  Bytes hello() const;
  void start_watching(Channel& channel, std::optional<WireForm> form, const RateLimit& rate,
                      LastPicture last);
  Watch* find_watch(const Channel& channel);

  boost::beast::websocket::stream<PrebuiltFrameStream<Transport>> socket_;
  Hub& hub_;
  PublishedStreams& published_;
  const AccessControl& access_;
  const Roles roles_;
  /// The address of whoever asked for the session.
  std::string client_;
  const Limits limits_;
  const OpenConnections::Registration registration_;
  WireForm form_ = WireForm::kJson;
  Outbox outbox_;
  CreditWindow credit_;
  bool waits_for_credit_ = false;
  SentFrames sent_;
  ErrorBudget error_budget_;
  SessionBudget budget_;
  SessionPublisher publisher_;
  SessionControls controls_;
  std::vector<std::unique_ptr<Watch>> watches_;
  Signal something_to_do_;
  boost::asio::steady_timer write_timer_;
  /// Set while a message is on its way.
  std::optional<OutgoingMessage> message_;
  std::chrono::steady_clock::time_point message_began_;
  /// Set when we shall end the session with this code.
  std::optional<boost::beast::websocket::close_code> closing_;
  bool ended_ = false;
};

}  // namespace freshframe
