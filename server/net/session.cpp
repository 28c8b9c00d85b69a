#include "net/session.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <variant>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/field.hpp>

#include "base/round_trip.h"
#include "base/utf8.h"
#include "base/version.h"
#include "message/bytes.h"
#include "message/frame_message.h"
#include "message/inflate_message.h"
#include "message/reply_messages.h"
#include "message/status_message.h"
#include "net/controls_json.h"
#include "net/peer_name.h"
#include "net/permessage_deflate.h"
#include "net/subprotocol.h"
#include "publish/frame_too_large.h"

namespace freshframe {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using Clock = std::chrono::steady_clock;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

constexpr std::size_t kMostSubscriptions = 16;

/// From the range that RFC 6455 leaves to applications (section 7.4.2).
constexpr auto kTooManyErrors = static_cast<websocket::close_code>(4001);

Bytes message_of(const ProtocolError& error) {
  return make_error_message(error);
}

Bytes message_of(const PongDue& pong) {
  return make_pong_message(pong.ping, pong.id_json, pong.received, unix_now());
}

Bytes message_of(const ControlsDue& due) {
  return make_controls_message(due);
}

Bytes message_of(const CreditDue& due) {
  return make_credit_message(due.channel->name(), due.frames, due.id_json);
}

Bytes message_of(const StatusDue& due) {
  return make_status_message(due.channel->name(), due.status);
}

ProtocolError unknown_camera(const ClientMessage& message) {
  return {ProtocolError::Code::kUnknownCamera,
          "there is no such camera; hello lists those there are", message.type, message.id_json};
}

std::string_view view_of(const beast::flat_buffer& message) {
  return {static_cast<const char*>(message.cdata().data()), message.size()};
}

ProtocolError not_publishing(const std::string& id_json) {
  return {ProtocolError::Code::kNotPublishing,
          "this connection publishes to no camera; claim one first: "
          R"({"type":"publish","camera":"NAME"})",
          "frame", id_json};
}

/// Whether what could not be read for `error` was meant as a frame, or may have been.
bool may_be_a_frame(const ProtocolError& error) {
  return error.request == "frame" ||
         (error.request.empty() && error.code != ProtocolError::Code::kUnknownType);
}

}  // namespace

Session::Session(Transport transport, const Services& services, Roles roles)
    : socket_(std::move(transport)),
      hub_(services.hub),
      published_(services.published),
      access_(services.access),
      roles_(roles),
      limits_(services.limits),
      registration_(services.connections, *this),
      budget_(limits_),
      publisher_(outbox_, [this] { something_is_new(); }),
      controls_(
          outbox_, [this] { something_is_new(); }, limits_.snapshot_time),
      something_to_do_(socket_.get_executor()),
      write_timer_(socket_.get_executor()) {}

asio::awaitable<void> Session::run(HttpRequest upgrade, Channel* first, LastPicture last) {
  using asio::experimental::awaitable_operators::operator&&;
  client_ = peer_name(upgrade.client);
  const bool accepted = co_await accept(std::move(upgrade));
  if (!accepted) {
    co_return;
  }
  message_.emplace(hello());
  send_message();
  if (first != nullptr) {
    start_watching(*first, form_, RateLimit(), last);
  }
  co_await (read_messages() && send_until_closed() && watch_write_time());
}

asio::awaitable<bool> Session::accept(HttpRequest upgrade) {
  socket_.set_option(websocket::stream_base::timeout{
      .handshake_timeout = limits_.close_time,
      .idle_timeout = limits_.silence_time,
      .keep_alive_pings = true,
  });
  const std::optional<Subprotocol> chosen = choose_subprotocol(upgrade);
  form_ = chosen.value_or(kDefaultSubprotocol).form;
  const auto answer = agree_on_deflate(upgrade);
  const std::optional<DeflateAgreement> deflate = answer ? *answer : std::nullopt;
  if (deflate) {
    socket_.next_layer().expect_deflated_messages();
    if (form_ == WireForm::kJson) {
      form_ = WireForm::kDeflatedJson;
    }
  }
  socket_.set_option(
      websocket::stream_base::decorator([chosen, deflate](websocket::response_type& response) {
        response.set(http::field::server, "Freshframe");
        if (chosen) {
          response.set(http::field::sec_websocket_protocol, chosen->name);
        }
        if (deflate) {
          response.set(http::field::sec_websocket_extensions, deflate->header_value());
        }
      }));
  socket_.read_message_max(limits_.refused_message_bytes);
  socket_.control_callback([this](websocket::frame_type kind, beast::string_view /*payload*/) {
    if (kind != websocket::frame_type::close && !budget_.take_ping(Clock::now())) {
      close_with(websocket::close_code::policy_error);
    }
  });
  // So that sending at once never waits. Of a socket that was closed meanwhile the handshake tells.
  beast::error_code ignored;
  transport().socket().non_blocking(true, ignored);
  transport().expires_never();
  const auto [error] = co_await socket_.async_accept(upgrade, kNoThrow);
  co_return !error;
}

asio::awaitable<void> Session::read_messages() {
  beast::flat_buffer message;
  bool is_too_large = false;
  bool is_cut_off = false;
  Clock::time_point began;
  for (;;) {
    // One byte more than a message may have, by which one that is too large is told. Its bytes are
    // not kept; it is read on up to the size at which Beast closes with 1009.
    const std::size_t most = most_message_bytes();
    // Reading is also what lets Beast answer pings and closes.
    const std::size_t room = most + 1 - message.size();
    const bool is_first = message.size() == 0;
    const auto [error, size] = co_await socket_.async_read_some(message, room, kNoThrow);
    if (error) {
      break;
    }
    const Clock::time_point now = Clock::now();
    if (is_first) {
      began = now;
    }
    if (size > 0) {
      is_cut_off = ends_within_a_character(view_of(message));
    }
    if (message.size() > most) {
      is_too_large = true;
      message = beast::flat_buffer();
    }
    if (!socket_.is_message_done()) {
      continue;
    }
    const Deflated deflated = socket_.next_layer().take_deflated();
    if (closing_) {
      // Nothing more is heard of a viewer whose session is being ended.
    } else if (is_cut_off && deflated == Deflated::kNot && socket_.got_text()) {
      // Beast looks at whether text is whole at the end of frames that are not empty.
      close_with(websocket::close_code::bad_payload);
    } else if (is_too_large && publisher_.publishes()) {
      publisher_.refuse(frame_too_large(limits_.published_bytes));
    } else if (is_too_large && publisher_.has_published()) {
      // Frames may have been on their way when somebody took the camera over.
      publisher_.complain(not_publishing({}));
    } else if (is_too_large) {
      refuse_too_large();
    } else {
      handle(view_of(message), deflated, now - began);
    }
    // Whoever is taken over and sends nothing more must not keep room for a frame.
    if (message.capacity() > limits_.message_bytes + 1) {
      message = beast::flat_buffer();
    }
    message.clear();
    is_too_large = false;
    is_cut_off = false;
    if (closing_) {
      // async_close() reads on by itself. In Beast, a read that fails while it says goodbye waits
      // for it with the lock that it waits for, and neither ever ends.
      co_return;
    }
  }
  ended_ = true;
  end_now();
}

asio::awaitable<void> Session::send_until_closed() {
  // A message that is on its way when the session ends is let end, too. Whatever ends it notifies.
  do {
    co_await something_to_do_.wait_until(send());
  } while (message_ || (!closing_ && !ended_));
  if (closing_ && !ended_) {
    co_await socket_.async_close(*closing_, kNoThrow);
  }
  end_now();
}

void Session::something_is_new() {
  if (send() != Clock::time_point::max()) {
    something_to_do_.notify();
  }
}

Clock::time_point Session::send() {
  const Clock::time_point due_at =
      std::min(publisher_.grant_due_credit(), controls_.answer_overdue());
  while (!message_ && !closing_ && !ended_) {
    if (std::optional<Outbox::Note> note = outbox_.take_note()) {
      message_.emplace(std::visit([](const auto& due) { return message_of(due); }, *note));
      send_message();
      continue;
    }
    if (!outbox_.has_picture()) {
      break;
    }
    const Clock::time_point now = Clock::now();
    credit_.expire(now);
    const Clock::time_point may_send_at = credit_.may_send_at(now);
    if (may_send_at > now) {
      // The picture waits, and a newer one takes its place meanwhile.
      waits_for_credit_ = true;
      return std::min(may_send_at, due_at);
    }
    send_picture(std::move(*outbox_.take_picture()));
  }
  return due_at;
}

void Session::send_picture(Outbox::WaitingPicture waiting) {
  Watch* const watch = find_watch(*waiting.channel);
  const std::uint64_t sequence = waiting.picture->sequence;
  const bool is_stale = waiting.picture->is_stale;
  if (watch->last_sequence && sequence <= *watch->last_sequence) {
    return;  // the viewer had it before it paused
  }
  const std::uint64_t dropped =
      watch->last_sequence && !watch->was_paused ? sequence - *watch->last_sequence - 1 : 0;
  if (!is_stale) {
    // What lies between a picture of the past and the present was not missed.
    watch->last_sequence = sequence;
    watch->was_paused = false;
  }

  const auto age = unix_now() - waiting.picture->captured;
  message_.emplace(std::move(waiting.picture), form_, dropped, age);
  DeliveryCounters& deliveries = waiting.channel->deliveries();
  deliveries.skipped += dropped;
  if (is_stale) {
    deliveries.count_sent_stale(message_->payload_bytes());
  } else {
    deliveries.count_sent(message_->payload_bytes(), age);
  }
  deliveries.waited_for_credit += std::exchange(waits_for_credit_, false) ? 1 : 0;
  credit_.sent(Clock::now(), message_->payload_bytes());
  sent_.add(*waiting.channel, sequence);
  budget_.frame_sent();
  send_message();
}

void Session::send_message() {
  message_began_ = Clock::now();
  const bool has_left = socket_.next_layer().write_frame(
      message_->buffers(), [this](beast::error_code error) { message_has_left(error); });
  if (has_left) {
    message_.reset();
  }
}

void Session::message_has_left(beast::error_code error) {
  message_.reset();
  if (error) {
    end_now();
  } else if (closing_ || ended_) {
    something_to_do_.notify();
  } else {
    something_is_new();
  }
}

asio::awaitable<void> Session::watch_write_time() {
  // One wake-up in each write_time, however many frames are sent: a write that began since the last
  // look cannot be overdue before the next.
  while (!ended_) {
    const Clock::time_point now = Clock::now();
    const Clock::time_point overdue_at = (message_ ? message_began_ : now) + limits_.write_time;
    if (overdue_at <= now) {
      end_now();
      co_return;
    }
    write_timer_.expires_at(overdue_at);
    co_await write_timer_.async_wait(kNoThrow);
  }
}

std::size_t Session::most_message_bytes() const {
  return publisher_.publishes() ? limits_.published_bytes : limits_.message_bytes;
}

void Session::handle(std::string_view content, Deflated deflated, Clock::duration transfer) {
  const bool is_text =
      deflated == Deflated::kText || (deflated == Deflated::kNot && socket_.got_text());
  bool is_frame = false;
  if (!is_text) {
    is_frame = publisher_.has_published();
    if (!is_frame) {
      refuse({ProtocolError::Code::kNotText,
              "send messages as text, not as binary; pictures come behind a publish message",
              {},
              {}});
    }
  } else if (content.size() > limits_.message_bytes) {
    is_frame = true;
  } else {
    is_frame = deflated == Deflated::kText ? handle_deflated_unless_frame(content)
                                           : handle_unless_frame(content);
  }
  if (is_frame) {
    handle_frame({.form = is_text ? Submission::Form::kText : Submission::Form::kBinary,
                  .is_deflated = deflated != Deflated::kNot,
                  .bytes = std::string(content),
                  .arrived = unix_now()},
                 transfer);
  }
}

bool Session::handle_deflated_unless_frame(std::string_view message) {
  const auto text = inflate_message(message, limits_.message_bytes, limits_.refused_message_bytes);
  if (text && is_utf8(*text)) {
    return handle_unless_frame(*text);
  }
  if (!text && text.error() != InflateError::kCorrupt && publisher_.has_published()) {
    return true;
  }
  if (!text && text.error() == InflateError::kTooLarge) {
    refuse_too_large();
  } else if (!text && text.error() == InflateError::kFarTooLarge) {
    close_with(websocket::close_code::too_big);
  } else {
    // RFC 7692 names no code for what is not DEFLATE. 1007, as for text that is not UTF-8: the
    // frames were sound, and what they carry is not.
    close_with(websocket::close_code::bad_payload);
  }
  return false;
}

bool Session::handle_unless_frame(std::string_view text) {
  const auto message = parse_client_message(text);
  const bool is_frame = message ? std::holds_alternative<PublishedFrameMessage>(message->body)
                                : may_be_a_frame(message.error());
  if (is_frame && publisher_.publishes()) {
    return true;  // looking into it tells what is wrong, and gives the credit back
  }
  const bool is_ack = message && std::holds_alternative<AckMessage>(message->body);
  if (!(is_ack ? budget_.take_acknowledgement(Clock::now()) : budget_.take_message(Clock::now()))) {
    close_with(websocket::close_code::policy_error);
    return false;
  }
  if (!message) {
    refuse(message.error());
    return false;
  }
  std::visit([&](const auto& body) { handle(*message, body); }, message->body);
  return false;
}

void Session::handle_frame(Submission submission, Clock::duration transfer) {
  if (!publisher_.publishes()) {
    publisher_.complain(not_publishing({}));
    return;
  }
  publisher_.submit(std::move(submission), transfer,
                    round_trip_to_peer(transport().socket().native_handle()));
}

void Session::handle(const ClientMessage& message, const SubscribeMessage& subscribe) {
  if (!is_allowed(message, Role::kView)) {
    return;
  }
  Channel* const channel = hub_.find(subscribe.camera);
  if (channel == nullptr) {
    refuse(unknown_camera(message));
    return;
  }
  const bool pauses = subscribe.max_fps == 0.0;
  const RateLimit rate = subscribe.max_fps && !pauses ? RateLimit(*subscribe.max_fps) : RateLimit();
  const std::optional<WireForm> form = pauses ? std::nullopt : std::optional(form_);
  if (Watch* const watch = find_watch(*channel)) {
    watch->rate.change_to(rate);
    if (pauses) {
      watch->was_paused = true;
      outbox_.forget_picture(*channel);
    }
    // The answer first: a picture may follow at once.
    on_status(*channel, channel->status());
    watch->subscription->set_form(form);
    return;
  }
  if (watches_.size() == kMostSubscriptions) {
    refuse({ProtocolError::Code::kTooManySubscriptions,
            "at most 16 cameras on one connection; unsubscribe from one first", message.type,
            message.id_json});
    return;
  }
  start_watching(*channel, form, rate,
                 subscribe.wants_last_picture ? LastPicture::kWanted : LastPicture::kNotWanted);
}

void Session::handle(const ClientMessage& message, const UnsubscribeMessage& unsubscribe) {
  Channel* const channel = hub_.find(unsubscribe.camera);
  if (channel == nullptr || find_watch(*channel) == nullptr) {
    refuse({ProtocolError::Code::kNotSubscribed, "this connection does not watch that camera",
            message.type, message.id_json});
    return;
  }
  std::erase_if(watches_, [&](const auto& watch) { return &watch->channel == channel; });
  outbox_.forget(*channel);
}

void Session::handle(const ClientMessage& /*message*/, const AckMessage& ack) {
  Channel* const channel = hub_.find(ack.camera);
  if (channel == nullptr) {
    return;
  }
  if (const std::optional<std::uint64_t> number = sent_.acknowledged(*channel, ack.sequence)) {
    credit_.acknowledged(*number, Clock::now());
    ++channel->deliveries().acknowledged;
    something_is_new();
  }
}

void Session::handle(const ClientMessage& message, const PingMessage& ping) {
  outbox_.put(PongDue{ping, message.id_json, unix_now()});
  something_is_new();
}

void Session::handle(const ClientMessage& message, const GetControlsMessage& get) {
  if (!is_allowed(message, Role::kView)) {
    return;
  }
  Channel* const channel = hub_.find(get.camera);
  if (channel == nullptr) {
    refuse(unknown_camera(message));
    return;
  }
  controls_.tell(*channel, message.id_json);
}

void Session::handle(const ClientMessage& message, const SetControlsMessage& set) {
  if (!is_allowed(message, Role::kAdmin)) {
    return;
  }
  Channel* const channel = hub_.find(set.camera);
  if (channel == nullptr) {
    refuse(unknown_camera(message));
    return;
  }
  if (auto error = controls_.change(*channel, set.values, message.id_json)) {
    error->request = message.type;
    refuse(*std::move(error));
  }
}

void Session::handle(const ClientMessage& message, const PublishMessage& publish) {
  if (!is_allowed(message, Role::kPublish)) {
    return;
  }
  Channel* const channel = hub_.find(publish.camera);
  if (channel == nullptr) {
    refuse(unknown_camera(message));
    return;
  }
  PublishedStream* const stream = published_.find(*channel);
  if (stream == nullptr) {
    refuse({ProtocolError::Code::kNotPublishable, std::string(kNotForPublishing), message.type,
            message.id_json});
    return;
  }
  if (const auto error = publisher_.claim(*stream, publish, message.id_json, client_)) {
    refuse(*error);
    return;
  }
  socket_.read_message_max(limits_.refused_published_bytes);
}

void Session::handle(const ClientMessage& message, const PublishedFrameMessage& /*frame*/) {
  publisher_.complain(not_publishing(message.id_json));
}

bool Session::is_allowed(const ClientMessage& message, Role role) {
  if (roles_.has_any_of(role)) {
    return true;
  }
  refuse({ProtocolError::Code::kNotAllowed, access_.why_not(role), message.type, message.id_json});
  return false;
}

void Session::refuse(ProtocolError error) {
  if (!error_budget_.spend(Clock::now())) {
    close_with(kTooManyErrors);
    return;
  }
  outbox_.put(std::move(error));
  something_is_new();
}

void Session::refuse_too_large() {
  refuse({ProtocolError::Code::kTooLarge,
          "a message may have at most " + std::to_string(limits_.message_bytes) +
              " bytes; pictures come behind a publish message",
          {},
          {}});
}

void Session::on_picture(Channel& channel, const PicturePtr& picture) {
  // A picture whose turn it was and that still waits gives way to a newer one, due or not.
  if (!picture->is_stale && !find_watch(channel)->rate.lets_pass(picture->captured) &&
      !outbox_.has_picture(channel)) {
    return;
  }
  outbox_.put(channel, picture);
  something_is_new();
}

void Session::on_status(Channel& channel, const CameraStatus& status) {
  outbox_.put(channel, status);
  something_is_new();
}

void Session::end_gently() {
  close_with(websocket::close_code::going_away);
}

void Session::close_with(websocket::close_code code) {
  if (!closing_) {
    closing_ = code;
  }
  something_to_do_.notify();
}

void Session::end_now() {
  // Whatever waits on the socket now fails and returns; each loop then sees that it is over.
  transport().close();
  ended_ = true;
  write_timer_.cancel();
  something_to_do_.notify();
}

Bytes Session::hello() const {
  std::vector<CameraGreeting> cameras;
  for (const Channel& channel : hub_.channels()) {
    cameras.push_back({.name = channel.name(),
                       .width_px = channel.picture_width_px(),
                       .height_px = channel.picture_height_px(),
                       .status = channel.status()});
  }
  const std::string_view protocol =
      form_ == WireForm::kBinary ? "freshframe.v1.binary" : "freshframe.v1.json";
  return make_hello_message(protocol, "Freshframe " + std::string(freshframe_version()), unix_now(),
                            cameras,
                            {.watch = roles_.has_any_of(Role::kView),
                             .publish = !published_.empty() && roles_.has_any_of(Role::kPublish)});
}

void Session::start_watching(Channel& channel, std::optional<WireForm> form, const RateLimit& rate,
                             LastPicture last) {
  Watch& watch = *watches_.emplace_back(std::make_unique<Watch>(channel, rate));
  watch.subscription.emplace(channel, static_cast<Viewer&>(*this), form, last);
}

Session::Watch* Session::find_watch(const Channel& channel) {
  const auto found = std::find_if(watches_.begin(), watches_.end(),
                                  [&](const auto& watch) { return &watch->channel == &channel; });
  return found == watches_.end() ? nullptr : found->get();
}

}  // namespace freshframe
