#include "net/session_controls.h"

#include <algorithm>

#include "net/controls_json.h"

namespace freshframe {

void SessionControls::tell(Channel& channel, std::string id_json) {
  if (std::find(asked_.begin(), asked_.end(), &channel) == asked_.end()) {
    asked_.push_back(&channel);
  }
  outbox_.put(ControlsDue{&channel, std::nullopt, std::move(id_json)});
  something_is_new_();
}

std::optional<ProtocolError> SessionControls::change(Channel& channel, const ControlChanges& values,
                                                     const std::string& id_json) {
  if (pending_.size() == kMostPending) {
    return ProtocolError{ProtocolError::Code::kTooManyChanges,
                         "4 changes of this connection wait for their first frames already; wait "
                         "for an answer, and send what has changed meanwhile in one message",
                         {},
                         id_json};
  }
  const auto pending = pending_.insert(
      pending_.end(), {&channel, id_json, Clock::now() + patience_, CameraControls::Waiting()});
  changing_ = &channel;
  auto waiting = channel.controls().change(
      values, [this, pending](const CameraControls::Answer& given) { answer(pending, given); });
  changing_ = nullptr;
  if (!waiting) {
    pending_.erase(pending);
    ProtocolError error = error_of(waiting.error());
    error.id_json = id_json;
    return error;
  }
  if (*waiting != nullptr) {
    pending->waiting = *std::move(waiting);
    something_is_new_();  // it has to be answered some time
  }
  return std::nullopt;
}

void SessionControls::changed(Channel& channel) {
  if (&channel != changing_ && std::find(asked_.begin(), asked_.end(), &channel) != asked_.end()) {
    outbox_.put_controls(channel);
    something_is_new_();
  }
}

SessionControls::Clock::time_point SessionControls::answer_overdue() {
  const Clock::time_point now = Clock::now();
  while (!pending_.empty() && pending_.front().overdue_at <= now) {
    const Pending& overdue = pending_.front();
    outbox_.put(ControlsDue{overdue.channel, FirstFrame(), overdue.id_json});
    pending_.pop_front();
  }
  return pending_.empty() ? Clock::time_point::max() : pending_.front().overdue_at;
}

void SessionControls::answer(std::list<Pending>::iterator pending,
                             const CameraControls::Answer& given) {
  if (given) {
    outbox_.put(ControlsDue{pending->channel, FirstFrame{*given}, std::move(pending->id_json)});
  } else {
    // Not counted as a mistake: what a camera takes at which moment, nobody can know.
    ProtocolError error = error_of(given.error());
    error.request = "set-controls";
    error.id_json = std::move(pending->id_json);
    outbox_.put(std::move(error));
  }
  pending_.erase(pending);
  something_is_new_();
}

}  // namespace freshframe
