#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <utility>

#include "hub/channel.h"

namespace freshframe {

/// The channels of this server, in the order in which they were made.
///
/// Thread: event loop only. Channels live as long as the hub and do not move.
class Hub {
 public:
  /// The name must be new.
  Channel& add(std::string name, std::string source) {
    return channels_.emplace_back(std::move(name), std::move(source));
  }

  /// Null when there is none of that name.
  Channel* find(std::string_view name) {
    for (Channel& channel : channels_) {
      if (channel.name() == name) {
        return &channel;
      }
    }
    return nullptr;
  }

  std::deque<Channel>& channels() { return channels_; }
  const std::deque<Channel>& channels() const { return channels_; }

 private:
  std::deque<Channel> channels_;
};

}  // namespace freshframe
