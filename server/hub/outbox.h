#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/unix_time.h"
#include "message/camera_state.h"
#include "message/client_message.h"
#include "message/picture.h"

namespace freshframe {

class Channel;

/// A pong that is owed. It is written when it leaves, for it tells when that is.
struct PongDue {
  PingMessage ping;
  std::string id_json;
  UnixTime received;
};

/// A camera's state that a viewer is to be told.
struct StatusDue {
  Channel* channel;
  CameraStatus status;
};

/// How many frames more a publisher may send.
struct CreditDue {
  const Channel* channel;
  int frames;
  /// Of the claim that this answers; else empty.
  std::string id_json;
};

/// The first frame that has what was set; without a sequence when there is none yet.
struct FirstFrame {
  std::optional<std::uint64_t> sequence;
};

/// A camera's controls that a viewer is to be told, as they are when that leaves.
struct ControlsDue {
  const Channel* channel;
  /// Only in the answer to a change.
  std::optional<FirstFrame> first_frame = {};
  /// Of the message that this answers; else empty.
  std::string id_json = {};
};

/// What waits for one viewer: for each camera at most one picture, the newest status and whether
/// its controls changed, and a few answers. A newer picture replaces the one that waits, so that a
/// viewer on a bad link gets fewer pictures, each of them fresh, and costs the same however slow it
/// is.
///
/// Thread: event loop only.
class Outbox {
 public:
  using Note = std::variant<ProtocolError, PongDue, ControlsDue, CreditDue, StatusDue>;
  struct WaitingPicture {
    Channel* channel;
    PicturePtr picture;
  };

  /// An answer to a message of the viewer's. One that asks faster than it reads loses the oldest.
  void put(ProtocolError error) { put_answer(std::move(error)); }
  void put(PongDue pong) { put_answer(std::move(pong)); }
  void put(ControlsDue controls) { put_answer(std::move(controls)); }

  /// Adds up with credit that waits already.
  void put(CreditDue credit);
  /// The credit that waits, which then waits no more.
  std::optional<CreditDue> take_credit() { return std::exchange(credit_, std::nullopt); }

  void put(Channel& channel, CameraStatus status) { place_of(channel).status = std::move(status); }
  /// The camera's controls are to be told. However often they change, once is enough.
  void put_controls(Channel& channel) { place_of(channel).has_new_controls = true; }
  void put(Channel& channel, PicturePtr picture) { place_of(channel).picture = std::move(picture); }

  /// Nothing of this camera waits any more.
  void forget(const Channel& channel);
  /// No picture of this camera waits any more.
  void forget_picture(Channel& channel) { place_of(channel).picture.reset(); }

  bool has_picture() const;
  /// Whether one of this camera waits.
  bool has_picture(const Channel& channel) const;

  /// What goes before any picture: it is small, and it may explain why no picture comes.
  std::optional<Note> take_note();

  /// The picture of the camera whose turn it is: each gets its turn before one gets a second.
  std::optional<WaitingPicture> take_picture();

 private:
  struct Place {
    Channel* channel;
    PicturePtr picture;
    std::optional<CameraStatus> status;
    bool has_new_controls = false;
  };
  static constexpr std::size_t kMostAnswers = 16;

  void put_answer(Note answer);
  Place& place_of(Channel& channel);

  std::deque<Note> answers_;
  std::optional<CreditDue> credit_;
  /// Whose turn it is stands first.
  std::vector<Place> places_;
};

}  // namespace freshframe
