#pragma once

#include "message/client_message.h"

namespace freshframe {

/// Who sends a published stream's frames.
///
/// Thread: event loop only. A call may not end the claim; it may note to.
class Publisher {
 public:
  /// A frame is done with: taken, replaced by a newer one before it was looked into, or refused for
  /// `error`, which is null otherwise.
  virtual void frame_done(const ProtocolError* error) = 0;
  /// Somebody else holds the stream from now on.
  virtual void taken_over() = 0;
  /// Somebody watches the stream, after nobody did.
  virtual void watched_again() = 0;

 protected:
  ~Publisher() = default;
};

}  // namespace freshframe
