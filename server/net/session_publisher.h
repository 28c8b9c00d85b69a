#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "hub/outbox.h"
#include "message/client_message.h"
#include "publish/publish_window.h"
#include "publish/published_stream.h"
#include "publish/publisher.h"
#include "publish/submission.h"

namespace freshframe {

/// The half of a session that publishes: its claim, and the credit it is granted. A session that
/// publishes nothing has one too, which does nothing.
///
/// Thread: event loop only.
class SessionPublisher final : private Publisher {
 public:
  using Clock = std::chrono::steady_clock;

  /// What it has to say it puts into `outbox` and calls `something_is_new`.
  SessionPublisher(Outbox& outbox, std::function<void()> something_is_new)
      : outbox_(outbox), something_is_new_(std::move(something_is_new)) {}
  SessionPublisher(const SessionPublisher&) = delete;
  SessionPublisher& operator=(const SessionPublisher&) = delete;
  ~SessionPublisher() = default;

  bool publishes() const { return claim_ && claim_->stands(); }

  /// Whether it ever did, so that frames may still be on their way.
  bool has_published() const { return claim_ != nullptr; }

  /// Claims `stream` and answers with the first credit. Fails with what to do instead.
  /// `peer`: its address.
  std::optional<ProtocolError> claim(PublishedStream& stream, const PublishMessage& message,
                                     const std::string& id_json, std::string peer);

  /// A frame has come; `transfer` is the time from its first byte to its last.
  void submit(Submission submission, Clock::duration transfer, Clock::duration round_trip);

  /// A frame has come that is not even looked into.
  void refuse(const ProtocolError& error);

  /// Says what was wrong with a frame, but the same no more than once a second: a program that
  /// sends 30 wrong frames a second has one mistake.
  void complain(const ProtocolError& error);

  /// Puts the credit that is due into the outbox; when more will be, if only for the time that
  /// passes.
  Clock::time_point grant_due_credit();

 private:
  void frame_done(const ProtocolError* error) override;
  void taken_over() override;
  void watched_again() override { something_is_new_(); }

  Outbox& outbox_;
  const std::function<void()> something_is_new_;
  std::unique_ptr<PublishedStream::Claim> claim_;
  PublishWindow window_;
  /// Credit is due, now or later: the claim is new, or a frame is done with.
  bool owes_credit_ = false;
  std::optional<Clock::time_point> last_grant_;
  /// Goes with the first credit.
  std::string claim_id_json_;
  Clock::time_point last_arrival_;
  std::map<ProtocolError::Code, Clock::time_point> complained_at_;
};

}  // namespace freshframe
