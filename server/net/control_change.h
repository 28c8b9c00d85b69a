#pragma once

#include <optional>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "hub/channel.h"
#include "net/http_types.h"
#include "net/open_connections.h"
#include "net/services.h"
#include "net/signal.h"
#include "net/transport.h"

namespace freshframe {

/// Changes a camera's controls as an HTTP request says, and waits for the first frame that has
/// them. Source: proto/README.md, "Controls".
///
/// Thread: event loop only. Lives in the coroutine that awaits run().
class ControlChange final : private OpenConnection {
 public:
  using HeaderParser = boost::beast::http::request_parser<boost::beast::http::empty_body>;

  /// `received` is what was read behind the header. Both outlive the change.
  ControlChange(Transport& stream, boost::beast::flat_buffer& received, const Services& services);
  ControlChange(const ControlChange&) = delete;
  ControlChange& operator=(const ControlChange&) = delete;
  ~ControlChange() = default;

  /// `header` is that of `request`, outlives the coroutine, and is used up by it. The answer, or
  /// nothing when the peer has gone.
  boost::asio::awaitable<std::optional<HttpResponse>> run(HeaderParser& header, HttpRequest request,
                                                          Channel& channel);

 private:
  void end_gently() override { end_now(); }
  void end_now() override;

  boost::asio::awaitable<HttpResponse> change(HttpRequest request, std::string_view body,
                                              Channel& channel);

  Transport& stream_;
  boost::beast::flat_buffer& received_;
  const Limits& limits_;
  const OpenConnections::Registration registration_;
  bool ended_ = false;
  Signal something_happened_;
};

}  // namespace freshframe
