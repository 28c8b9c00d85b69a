#pragma once

#include <deque>
#include <string_view>

#include <boost/asio/io_context.hpp>

#include "hub/channel.h"
#include "publish/published_stream.h"

namespace freshframe {

/// What is said to who would publish to another camera.
inline constexpr std::string_view kNotForPublishing =
    "this camera has another source; one for publishing is configured with the source publish: "
    "--camera NAME=publish";

/// Those of this server's cameras that programs publish to.
///
/// Thread: event loop only. Streams do not move.
class PublishedStreams {
 public:
  PublishedStream& add(boost::asio::io_context& loop, Channel& channel) {
    return streams_.emplace_back(loop, channel);
  }

  /// Null when the channel's pictures come from elsewhere.
  PublishedStream* find(const Channel& channel) {
    for (PublishedStream& stream : streams_) {
      if (&stream.channel() == &channel) {
        return &stream;
      }
    }
    return nullptr;
  }

  /// PublishedStream::request_stop() of each.
  void request_stop() {
    for (PublishedStream& stream : streams_) {
      stream.request_stop();
    }
  }

  bool empty() const { return streams_.empty(); }

 private:
  std::deque<PublishedStream> streams_;
};

}  // namespace freshframe
