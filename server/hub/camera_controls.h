#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/system/result.hpp>

#include "capture/camera_control.h"
#include "capture/control_check.h"

namespace freshframe {

/// Why a change of controls was not made.
struct RefusedChange {
  enum class Cause {
    kWrong,        // there is no such control or value; nothing was set
    kTooManyWait,  // too many wait already; what is asked for was not looked at
    kCamera,       // the camera does not take a value that it may take at other times
  };
  Cause cause = Cause::kWrong;
  /// A sentence that says what to do instead.
  std::string reason;
};

/// A camera's controls as clients know them: what there is, what it is set to, and who waits for
/// the first frame that has what they set.
///
/// Thread: event loop only.
class CameraControls {
 public:
  /// The sequence of the first frame that has all of it; nothing when there is none yet, for the
  /// camera is not running, or never, for a later change took the place of some of it. Or what the
  /// camera refuses of it.
  using Answer = boost::system::result<std::optional<std::uint64_t>, RefusedChange>;
  using Done = std::function<void(const Answer& answer)>;
  /// Sets controls of the camera, all that were set so far.
  using Set = std::function<void(const ControlSettings& settings, std::uint64_t revision)>;

  /// A change of which somebody wants to hear. Who gives it up is not told. Null when it was told
  /// already.
  using Waiting = std::shared_ptr<void>;

  /// So many may wait at once for the first frame that has what they set.
  static constexpr std::size_t kMostWaiting = 32;

  const std::vector<CameraControl>& list() const { return list_; }

  /// What a control is set to: what was asked for, else its default where that is known.
  std::optional<ControlValue> value_of(const CameraControl& control) const;

  /// Makes all changes or none, but for what the camera then refuses. `done` is called once,
  /// possibly before this returns, and not after what is returned was given up.
  boost::system::result<Waiting, RefusedChange> change(const ControlChanges& changes, Done done);

  /// Is told when the list or a value in it may be another, before whoever waits for a frame is.
  void on_news(std::function<void()> on_news) { on_news_ = std::move(on_news); }

  // Of the camera.

  /// How the camera's controls are set; null while there is no camera.
  void on_set(Set set) { set_ = std::move(set); }
  /// What the camera shall begin with. It is checked when it is known what the camera has.
  void preset(const ControlValues& values);
  /// What the camera has, as far as it tells before it is started: a Raspberry Pi's limits are then
  /// narrower than those of the mode that it will run in. Shown, and nothing is forgotten.
  void foresee_list(std::vector<CameraControl> list);
  /// What the camera has now that it runs. What was set and cannot be is forgotten, and told.
  std::vector<RefusedControl> set_list(std::vector<CameraControl> list);
  /// The camera runs, or does not.
  void set_running(bool is_running);
  /// `sequence` is the first frame with the controls of the outcome's revision. Whoever set what
  /// the camera refuses is told; what nobody waits for is returned. What it took is remembered
  /// beyond its stop, for when it refuses something at its next start.
  std::vector<RefusedControl> has_set(const ControlOutcome& outcome, std::uint64_t sequence);

 private:
  struct Change {
    std::uint64_t revision;
    ControlValues values;
    std::weak_ptr<Done> done;
  };

  std::vector<RefusedControl> fit_to(std::vector<CameraControl> list, bool forgets);
  /// settings_ are others now: the camera is to have them.
  void pass_on();
  void tell_news();
  /// Where the camera refuses what is wished for, the wish falls back to what the camera took last.
  void take_back(const ControlOutcome& outcome);
  /// `refused` are those of its controls that the camera refuses.
  static Answer answer_to(const Change& change, const std::vector<std::string>& refused,
                          const ControlSettings& held, std::optional<std::uint64_t> sequence);
  /// Tells those who wait for revisions up to the outcome's. What nobody waits for is returned.
  std::vector<RefusedControl> tell(const ControlOutcome& outcome,
                                   std::optional<std::uint64_t> sequence);

  std::vector<CameraControl> list_;
  /// What is wished for.
  ControlSettings settings_;
  /// What the camera took last of each control, in whichever run; and what that camera lists, for
  /// another one may come in its place, which took nothing of it.
  ControlValues taken_;
  std::vector<CameraControl> taken_from_;
  std::uint64_t revision_ = 0;
  bool is_running_ = false;
  Set set_;
  std::function<void()> on_news_;
  std::list<Change> changes_;
};

}  // namespace freshframe
