#pragma once

#include "message/camera_state.h"
#include "message/picture.h"

namespace freshframe {

class Channel;

/// One who watches a channel; a WebSocket session, for instance.
///
/// Thread: event loop only. The calls must return at once: they send nothing that could block. They
/// may not end the viewer, nor change what anybody subscribes to.
class Viewer {
 public:
  virtual void on_picture(Channel& channel, const PicturePtr& picture) = 0;
  virtual void on_status(Channel& channel, const CameraStatus& status) = 0;
  /// The camera's controls may be others, or set to something else. Most viewers do not show them.
  virtual void on_controls(Channel& /*channel*/) {}

 protected:
  ~Viewer() = default;
};

}  // namespace freshframe
