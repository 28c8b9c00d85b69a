#pragma once

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "base/unix_time.h"
#include "message/client_message.h"
#include "net/http_types.h"
#include "net/limits.h"
#include "net/routes.h"
#include "net/signal.h"
#include "net/transport.h"
#include "publish/published_stream.h"
#include "publish/publisher.h"
#include "publish/submission.h"

namespace freshframe {

/// Receives what an HTTP request publishes: one image, or a stream of them. Source:
/// proto/publishing.md.
///
/// Thread: event loop only. Lives in the coroutine that awaits run().
class ImageUpload final : private Publisher {
 public:
  using HeaderParser = boost::beast::http::request_parser<boost::beast::http::empty_body>;

  /// `received` is what was read behind the header. Both outlive the upload.
  ImageUpload(Transport& stream, boost::beast::flat_buffer& received, const Limits& limits);
  ImageUpload(const ImageUpload&) = delete;
  ImageUpload& operator=(const ImageUpload&) = delete;
  ~ImageUpload() = default;

  /// `header` is that of `request`, outlives the coroutine, and is used up by it. The answer, or
  /// nothing when the peer has gone. An answer that keeps the connection means that the whole body
  /// was read.
  boost::asio::awaitable<std::optional<HttpResponse>> run(HeaderParser& header, HttpRequest request,
                                                          ReceiveImages upload);

 private:
  class Body;
  /// What reading the body came to.
  enum class BodyRead { kMore, kEnd, kGone, kMalformed, kNoMultipart, kTooLarge, kTooSlow };

  void frame_done(const ProtocolError* error) override;
  void taken_over() override;
  void watched_again() override {}

  boost::asio::awaitable<std::optional<HttpResponse>> receive(const HttpRequest& request,
                                                              Body& body);
  // What is left of the body, of which `beginning` was read.
  boost::asio::awaitable<BodyRead> receive_one(Body& body, BodyRead read, std::string beginning);
  boost::asio::awaitable<BodyRead> receive_many(Body& body, BodyRead read, std::string beginning);
  boost::asio::awaitable<void> wait_until_done();
  /// A takeover cancels a read that waits, but not one that is done and not handed over yet.
  bool wants_more(BodyRead read) const { return read == BodyRead::kMore && !is_taken_over_; }
  void submit(Submission submission);
  std::string summary() const;

  Transport& stream_;
  boost::beast::flat_buffer& received_;
  const Limits& limits_;
  std::unique_ptr<PublishedStream::Claim> claim_;
  std::optional<UnixTime> captured_;
  bool is_stream_ = false;
  bool is_taken_over_ = false;
  /// Submitted and not done with.
  int under_way_ = 0;
  int taken_ = 0;
  int refused_ = 0;
  std::optional<ProtocolError> last_error_;
  Signal done_;
};

}  // namespace freshframe
