#include "net/session_publisher.h"

namespace freshframe {

namespace {

using namespace std::chrono_literals;

// proto/publishing.md names both.
constexpr auto kCreditUnwatchedEvery = 1s;
constexpr auto kSameComplaintEvery = 1s;

}  // namespace

std::optional<ProtocolError> SessionPublisher::claim(PublishedStream& stream,
                                                     const PublishMessage& message,
                                                     const std::string& id_json, std::string peer) {
  if (publishes()) {
    return ProtocolError{
        ProtocolError::Code::kAlreadyPublishing,
        "this connection publishes already; for another camera open another connection", "publish",
        id_json};
  }
  auto claimed = stream.claim(*this, message.takes_over, {.address = std::move(peer)});
  if (!claimed) {
    ProtocolError error = claimed.error();
    error.reason +=
        ": {\"type\":\"publish\",\"camera\":\"" + message.camera + "\",\"takeover\":true}";
    error.id_json = id_json;
    return error;
  }
  claim_ = std::move(*claimed);
  window_ = PublishWindow();
  owes_credit_ = true;
  last_grant_.reset();
  claim_id_json_ = id_json;
  something_is_new_();
  return std::nullopt;
}

void SessionPublisher::submit(Submission submission, Clock::duration transfer,
                              Clock::duration round_trip) {
  last_arrival_ = Clock::now();
  window_.arrived(transfer, round_trip);
  claim_->submit(std::move(submission));
}

void SessionPublisher::refuse(const ProtocolError& error) {
  last_arrival_ = Clock::now();
  claim_->refuse(error);
}

void SessionPublisher::complain(const ProtocolError& error) {
  const Clock::time_point now = Clock::now();
  const auto [last, is_first] = complained_at_.try_emplace(error.code, now);
  if (!is_first && now < last->second + kSameComplaintEvery) {
    return;
  }
  last->second = now;
  outbox_.put(error);
  something_is_new_();
}

SessionPublisher::Clock::time_point SessionPublisher::grant_due_credit() {
  if (!owes_credit_ || !publishes()) {
    return Clock::time_point::max();
  }
  const Clock::time_point now = Clock::now();
  const bool is_watched = claim_->stream().is_watched();
  if (!is_watched && last_grant_) {
    if (const auto due_at = *last_grant_ + kCreditUnwatchedEvery; now < due_at) {
      return due_at;
    }
  }
  owes_credit_ = false;
  const int frames = is_watched ? window_.grant() : window_.grant_one();
  if (frames > 0) {
    last_grant_ = now;
    outbox_.put(CreditDue{&claim_->stream().channel(), frames, std::move(claim_id_json_)});
    claim_id_json_.clear();
  }
  return Clock::time_point::max();
}

void SessionPublisher::frame_done(const ProtocolError* error) {
  window_.done(Clock::now() - last_arrival_);
  owes_credit_ = true;
  if (error != nullptr) {
    complain(*error);
  }
  something_is_new_();
}

void SessionPublisher::taken_over() {
  // Credit is for the claim that it was granted to.
  if (std::optional<CreditDue> credit = outbox_.take_credit(); credit && !credit->id_json.empty()) {
    claim_id_json_ = std::move(credit->id_json);
  }
  owes_credit_ = false;
  outbox_.put(ProtocolError{ProtocolError::Code::kTakenOver,
                            "another publisher has taken this camera over", "publish",
                            std::exchange(claim_id_json_, {})});
  something_is_new_();
}

}  // namespace freshframe
