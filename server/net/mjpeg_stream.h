#pragma once

#include <array>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_suffix.hpp>

#include "hub/channel.h"
#include "hub/viewer.h"
#include "message/picture.h"
#include "net/http_types.h"
#include "net/open_connections.h"
#include "net/services.h"
#include "net/signal.h"
#include "net/transport.h"

namespace freshframe {

/// One viewer that asked for a multipart/x-mixed-replace stream, as `<img>`, VLC, OpenCV and
/// printers' pages do: it gets the newest picture whenever the one before has left. There is no
/// telling what it has shown, so only this machine's bounds keep the pictures fresh.
///
/// Each part is followed at once by the next boundary: browsers show a picture only when they have
/// seen where it ends.
///
/// Thread: event loop only. Lives in the coroutine that awaits run().
class MjpegStream final : private Viewer, private OpenConnection {
 public:
  MjpegStream(Transport transport, const Services& services, Channel& channel);
  ~MjpegStream() = default;
  MjpegStream(const MjpegStream&) = delete;
  MjpegStream& operator=(const MjpegStream&) = delete;

  /// Answers `request` and serves until the viewer has gone, whoever ended it.
  boost::asio::awaitable<void> run(HttpRequest request);

 private:
  void on_picture(Channel& channel, const PicturePtr& picture) override;
  void on_status(Channel& /*channel*/, const CameraStatus& /*status*/) override {}
  void end_gently() override;
  void end_now() override;

  /// Begins with the picture that waits, of which the kernel takes all but where the wire is slow;
  /// the coroutine writes what is left. Not for TLS, where nothing leaves at once.
  void send_at_once();
  /// Makes the picture that waits the one that leaves.
  void begin_part();
  boost::asio::awaitable<void> write_what_is_left();
  boost::asio::awaitable<void> read_until_gone();

  Transport stream_;
  const Limits& limits_;
  const OpenConnections::Registration registration_;
  Channel& channel_;
  /// The newest picture that has not begun to leave; a newer one takes its place.
  PicturePtr waiting_;
  /// The picture that leaves, or null; `rest_` is what is left of its part.
  PicturePtr leaving_;
  std::string head_;
  boost::beast::buffers_suffix<std::array<boost::asio::const_buffer, 3>> rest_;
  Signal something_to_do_;
  bool ending_ = false;
  bool ended_ = false;
};

}  // namespace freshframe
