#pragma once

#include <chrono>
#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "hub/channel.h"
#include "hub/viewer.h"
#include "message/picture.h"
#include "net/http_types.h"
#include "net/open_connections.h"
#include "net/services.h"
#include "net/signal.h"

namespace freshframe {

/// A viewer of one picture: the newest of a camera that is live, else the first that comes.
///
/// Thread: event loop only. Lives in the coroutine that awaits take().
class Snapshot final : private Viewer, private OpenConnection {
 public:
  Snapshot(const boost::asio::any_io_executor& executor, const Services& services);
  ~Snapshot() = default;
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  /// The answer to `request`: a picture, captured no longer than `max_age` before it is sent where
  /// that is given; 503 when none comes in time.
  boost::asio::awaitable<HttpResponse> take(HttpRequest request, Channel& channel,
                                            std::optional<std::chrono::milliseconds> max_age);

 private:
  void on_picture(Channel& channel, const PicturePtr& picture) override;
  void on_status(Channel& /*channel*/, const CameraStatus& /*status*/) override {}
  void end_gently() override { end_now(); }
  void end_now() override;

  const Limits& limits_;
  const OpenConnections::Registration registration_;
  std::optional<std::chrono::milliseconds> max_age_;
  PicturePtr picture_;
  bool ended_ = false;
  Signal something_happened_;
};

}  // namespace freshframe
