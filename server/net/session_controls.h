#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hub/channel.h"
#include "hub/outbox.h"
#include "message/client_message.h"

namespace freshframe {

/// The part of a session that shows and sets cameras' controls. Source: proto/README.md,
/// "Controls".
///
/// Thread: event loop only.
class SessionControls {
 public:
  using Clock = std::chrono::steady_clock;

  /// So many changes of one session may wait for their first frames.
  static constexpr std::size_t kMostPending = 4;

  /// What it has to say it puts into `outbox` and calls `something_is_new`. A change is answered
  /// after `patience` also when no frame has come.
  SessionControls(Outbox& outbox, std::function<void()> something_is_new,
                  std::chrono::milliseconds patience)
      : outbox_(outbox), something_is_new_(std::move(something_is_new)), patience_(patience) {}
  SessionControls(const SessionControls&) = delete;
  SessionControls& operator=(const SessionControls&) = delete;
  ~SessionControls() = default;

  /// Answers with the camera's controls. Whoever has asked is told of changes() from then on.
  void tell(Channel& channel, std::string id_json);

  /// Makes the change and answers when a frame has it, or the camera refuses it. Fails with what to
  /// do instead; the request is not filled in.
  std::optional<ProtocolError> change(Channel& channel, const ControlChanges& values,
                                      const std::string& id_json);

  /// The controls of a camera may have changed, whoever did it.
  void changed(Channel& channel);

  /// Answers the changes that have waited long enough; when there will be more of them.
  Clock::time_point answer_overdue();

 private:
  struct Pending {
    Channel* channel;
    std::string id_json;
    Clock::time_point overdue_at;
    CameraControls::Waiting waiting;
  };

  void answer(std::list<Pending>::iterator pending, const CameraControls::Answer& given);

  Outbox& outbox_;
  const std::function<void()> something_is_new_;
  const std::chrono::milliseconds patience_;
  /// The one that has waited longest stands first.
  std::list<Pending> pending_;
  /// Cameras whose controls were asked for; no more than there are.
  std::vector<const Channel*> asked_;
  /// The one that this session changes at the moment: its answer tells it what is new.
  const Channel* changing_ = nullptr;
};

}  // namespace freshframe
