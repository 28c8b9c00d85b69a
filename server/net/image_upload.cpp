#include "net/image_upload.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <nlohmann/json.hpp>

#include "message/reply_messages.h"
#include "net/http_errors.h"
#include "net/peer_name.h"
#include "net/request_body.h"
#include "net/responses.h"
#include "publish/frame_too_large.h"
#include "publish/multipart_parser.h"

namespace freshframe {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

using Clock = std::chrono::steady_clock;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

http::status status_of(ProtocolError::Code code) {
  switch (code) {
    case ProtocolError::Code::kTaken:
    case ProtocolError::Code::kTakenOver:
      return http::status::conflict;
    case ProtocolError::Code::kImageTooLarge:
      return http::status::payload_too_large;
    default:
      return http::status::unprocessable_entity;
  }
}

/// The answer on which the connection stays, since all of the body was read.
HttpResponse refusal(const HttpRequest& request, const ProtocolError& error) {
  return error_response(request, status_of(error.code), error);
}

/// The answer before the body was read.
HttpResponse early_refusal(const HttpRequest& request, const ProtocolError& error) {
  return refusal(without_keep_alive(request), error);
}

bool is_multipart(const HttpRequest& request) {
  return beast::iequals(request[http::field::content_type].substr(0, 10), "multipart/");
}

// As MultipartParser takes it, and its line's end.
constexpr std::size_t kMostBoundaryLine = 202;

/// Whether a line of printable letters comes first that begins with two hyphens. Pixels may begin
/// with two bytes of 45 as well.
bool begins_with_a_boundary(std::string_view body) {
  const std::size_t end = body.find('\n');
  const std::string_view line = body.substr(0, end);
  return end != std::string_view::npos && end <= kMostBoundaryLine && line.starts_with("--") &&
         std::all_of(line.begin(), line.end(),
                     [](char letter) { return (letter > ' ' && letter < 0x7f) || letter == '\r'; });
}

/// Whether more must come to tell.
bool may_become_a_boundary(std::string_view beginning) {
  constexpr std::string_view kHyphens = "--";
  return kHyphens.starts_with(beginning.substr(0, kHyphens.size())) &&
         beginning.size() <= kMostBoundaryLine && beginning.find('\n') == std::string_view::npos;
}

}  // namespace

/// The request's body, piece by piece.
class ImageUpload::Body {
 public:
  Body(Transport& stream, beast::flat_buffer& received, HeaderParser& header, const Limits& limits)
      : stream_(stream), received_(received), parser_(std::move(header)), limits_(limits) {
    parser_.body_limit(boost::none);
  }

  asio::awaitable<BodyRead> read() {
    piece_ = {};
    if (parser_.is_done()) {
      co_return BodyRead::kEnd;
    }
    parser_.get().body().data = room_.data();
    parser_.get().body().size = room_.size();
    stream_.expires_after(limits_.upload_silence_time);
    const auto [error, size] =
        co_await http::async_read_some(stream_, received_, parser_, kNoThrow);
    if (error && error != http::error::need_buffer) {
      co_return is_peers_mistake(error) ? BodyRead::kMalformed : BodyRead::kGone;
    }
    piece_ = {room_.data(), room_.size() - parser_.get().body().size};
    if (parser_.is_done()) {
      co_return piece_.empty() ? BodyRead::kEnd : BodyRead::kMore;
    }
    co_return Clock::now() > began_ + limits_.upload_time ? BodyRead::kTooSlow : BodyRead::kMore;
  }

  /// What follows is the next image of several.
  void begin_image() { began_ = Clock::now(); }

  /// What the last read brought.
  std::string_view piece() const { return piece_; }

 private:
  Transport& stream_;
  beast::flat_buffer& received_;
  http::request_parser<http::buffer_body> parser_;
  const Limits& limits_;
  Clock::time_point began_ = Clock::now();
  std::array<char, std::size_t{8} * 1024> room_{};
  std::string_view piece_;
};

ImageUpload::ImageUpload(Transport& stream, beast::flat_buffer& received, const Limits& limits)
    : stream_(stream), received_(received), limits_(limits), done_(stream.get_executor()) {}

asio::awaitable<std::optional<HttpResponse>> ImageUpload::run(HeaderParser& header,
                                                              HttpRequest request,
                                                              ReceiveImages upload) {
  const auto length = header.content_length();
  if (length && *length > limits_.published_bytes && !is_multipart(request)) {
    co_return early_refusal(request, frame_too_large(limits_.published_bytes));
  }
  auto claimed = upload.stream->claim(*this, upload.takes_over,
                                      {.address = peer_name(request.client), .is_visitor = true});
  if (!claimed) {
    ProtocolError error = claimed.error();
    error.reason += ": add ?takeover=true to the address";
    co_return early_refusal(request, error);
  }
  claim_ = std::move(*claimed);
  captured_ = upload.captured;
  stream_.expires_after(limits_.write_time);
  const bool goes_on = co_await tell_to_continue(stream_, request);
  if (!goes_on && !is_taken_over_) {
    co_return std::nullopt;
  }
  const auto body = std::make_unique<Body>(stream_, received_, header, limits_);
  std::optional<HttpResponse> answer = co_await receive(request, *body);
  co_return answer;
}

asio::awaitable<std::optional<HttpResponse>> ImageUpload::receive(const HttpRequest& request,
                                                                  Body& body) {
  // Enough to tell a stream whose sender does not name its type, as ffmpeg does not.
  std::string beginning;
  BodyRead read = BodyRead::kMore;
  while (wants_more(read) && may_become_a_boundary(beginning)) {
    read = co_await body.read();
    beginning += body.piece();
  }
  if (is_multipart(request) || begins_with_a_boundary(beginning)) {
    claim_->leave_at_once();
    read = co_await receive_many(body, read, std::move(beginning));
  } else {
    read = co_await receive_one(body, read, std::move(beginning));
  }
  co_await wait_until_done();

  if (is_taken_over_) {
    co_return early_refusal(
        request, {ProtocolError::Code::kTakenOver,
                  "a newer picture came, or another publisher has taken this camera over",
                  "frame",
                  {}});
  }
  switch (read) {
    case BodyRead::kGone:
      co_return std::nullopt;
    case BodyRead::kMalformed:
      co_return malformed_body(request);
    case BodyRead::kNoMultipart:
      co_return early_refusal(
          request,
          {ProtocolError::Code::kNoImage, "the body is not multipart as HTTP has it", "frame", {}});
    case BodyRead::kTooSlow:
      co_return error_response(
          without_keep_alive(request), http::status::request_timeout,
          {ProtocolError::Code::kTruncatedImage,
           "an image must be here whole within " +
               std::to_string(
                   std::chrono::ceil<std::chrono::seconds>(limits_.upload_time).count()) +
               " s: make it smaller, or send less often",
           "frame",
           {}});
    case BodyRead::kTooLarge:
      co_return early_refusal(request, frame_too_large(limits_.published_bytes));
    case BodyRead::kMore:
    case BodyRead::kEnd:
      break;
  }
  if (is_stream_ && taken_ + refused_ == 0) {
    co_return early_refusal(
        request,
        {ProtocolError::Code::kNoImage, "no part of this multipart body is an image", "frame", {}});
  }
  if (is_stream_) {
    co_return json_response(request, summary(), http::status::ok);
  }
  if (last_error_) {
    co_return refusal(request, *last_error_);
  }
  co_return empty_response(request, http::status::no_content);
}

asio::awaitable<ImageUpload::BodyRead> ImageUpload::receive_one(Body& body, BodyRead read,
                                                                std::string beginning) {
  Submission submission{.bytes = std::move(beginning), .captured = captured_};
  while (wants_more(read)) {
    read = co_await body.read();
    submission.bytes += body.piece();
    if (submission.bytes.size() > limits_.published_bytes) {
      co_return BodyRead::kTooLarge;
    }
  }
  if (read == BodyRead::kEnd) {
    submit(std::move(submission));
  }
  co_return read;
}

asio::awaitable<ImageUpload::BodyRead> ImageUpload::receive_many(Body& body, BodyRead read,
                                                                 std::string beginning) {
  is_stream_ = true;
  MultipartParser parser(limits_.published_bytes, [&](MultipartParser::Part part) {
    body.begin_image();
    if (part.is_too_large) {
      ++under_way_;
      claim_->refuse(frame_too_large(limits_.published_bytes));
    } else {
      submit({.bytes = std::move(part.body), .captured = part.captured});
    }
  });
  bool is_multipart = parser.add(beginning);
  while (is_multipart && wants_more(read)) {
    read = co_await body.read();
    is_multipart = parser.add(body.piece());
  }
  co_return is_multipart ? read : BodyRead::kNoMultipart;
}

void ImageUpload::submit(Submission submission) {
  if (is_taken_over_) {
    return;
  }
  submission.arrived = unix_now();
  ++under_way_;
  claim_->submit(std::move(submission));
}

asio::awaitable<void> ImageUpload::wait_until_done() {
  stream_.expires_never();
  while (under_way_ > 0 && !is_taken_over_) {
    co_await done_.wait();
  }
}

void ImageUpload::frame_done(const ProtocolError* error) {
  --under_way_;
  ++(error != nullptr ? refused_ : taken_);
  if (error != nullptr) {
    last_error_ = *error;
  }
  done_.notify();
}

void ImageUpload::taken_over() {
  is_taken_over_ = true;
  stream_.cancel();
  done_.notify();
}

std::string ImageUpload::summary() const {
  nlohmann::ordered_json summary{{"taken", taken_}, {"refused", refused_}};
  if (last_error_) {
    summary["last_error"] = nlohmann::ordered_json::parse(make_error_message(*last_error_).view());
  }
  return summary.dump() + "\n";
}

}  // namespace freshframe
