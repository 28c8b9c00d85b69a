#include "net/health.h"

#include "message/camera_state.h"

namespace freshframe {

std::string why_not_ready(const Hub& hub, std::chrono::milliseconds most,
                          std::chrono::steady_clock::time_point now) {
  std::string reasons;
  for (const Channel& channel : hub.channels()) {
    const auto published = channel.last_published();
    if (!channel.is_wanted() || (published && now - *published <= most)) {
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
