#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "capture/camera_control.h"
#include "capture/wanted_controls.h"

namespace freshframe {

/// Decides which controls go to a running camera with which request: what was set since, and where
/// the camera refuses that, one control at a time, so that it shows which it is and the others are
/// set. One request at a time brings controls.
///
/// A camera refuses controls by cancelling the request that brings them: libcamera does so for a
/// USB camera whose driver does not take a value at that moment, and gives the buffer to nobody. As
/// a request is cancelled for other reasons as well (an unplug), it is tried once more without
/// controls: when that one is completed, it was the controls.
///
/// Thread: one at a time, from one start of the camera to its stop.
class ControlDelivery {
 public:
  /// From now on.
  void want(WantedControls::Wanted wanted) { wanted_ = std::move(wanted); }
  std::uint64_t wanted_revision() const { return wanted_.revision; }

  /// What the next request has to bring, possibly none; nothing when there is nothing to say, or a
  /// request is under way.
  std::optional<ControlValues> next();

  // Of the request that is under way.

  /// It was cancelled. True when it is to be tried without controls, and is under way again. False
  /// when it has brought none, so that it is lost, and what it should have brought is not.
  bool cancelled();

  /// It was completed. What is known by that, once all of it is.
  std::optional<ControlOutcome> completed();

 private:
  void has_taken();
  void has_refused();

  WantedControls::Wanted wanted_;
  /// Of the settings that the camera took or refused last.
  std::map<std::string, std::uint64_t> known_revisions_;
  ControlSettings held_;
  /// Up to here everything is told.
  std::uint64_t told_revision_ = 0;

  bool is_under_way_ = false;
  bool is_without_ = false;
  ControlSettings brought_;
  /// Of all that is brought and doubted now.
  std::uint64_t revision_ = 0;
  /// What was refused together, the next one to be tried first. One that is refused alone goes to
  /// the end: another one may be the automatic that is in its way.
  std::deque<std::pair<std::string, ControlSetting>> doubted_;
  std::size_t refused_in_a_row_ = 0;
};

}  // namespace freshframe
