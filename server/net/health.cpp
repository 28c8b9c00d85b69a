#include "net/health.h"

#include "message/camera_state.h"

namespace freshframe {

namespace {

/// Nothing is encoded for nobody, so of a camera that runs all the same its state tells.
bool runs(const Channel& channel) {
  return channel.status().state == CameraState::kLive ||
         channel.status().state == CameraState::kSettling;
}

}  // namespace

std::string why_not_ready(const Hub& hub, std::chrono::milliseconds most,
                          std::chrono::steady_clock::time_point now) {
  std::string reasons;
  for (const Channel& channel : hub.channels()) {
    const auto published = channel.last_published();
    const bool is_ready = channel.is_wanted() ? published && now - *published <= most
                                              : !channel.wishes().always_on || runs(channel);
    if (is_ready) {
      continue;
    }
    reasons += channel.name();
    reasons += published ? ": no new picture comes; it is " : ": no picture has come; it is ";
    reasons += to_string(channel.status().state);
    if (!channel.status().reason.empty()) {
      reasons += ": " + channel.status().reason;
    }
    reasons += '\n';
  }
  return reasons;
}

}  // namespace freshframe
