#include "net/mjpeg_stream.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "net/picture_headers.h"
#include "net/responses.h"

namespace freshframe {

namespace {

namespace asio = boost::asio;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
constexpr std::string_view kBoundaryLine = "--frame\r\n";
constexpr std::string_view kBehindAPicture = "\r\n--frame\r\n";

/// What stands before a picture.
std::string part_head(const Picture& picture) {
  std::string head = "Content-Type: ";
  head.append(picture.mime);
  head += "\r\nContent-Length: " + std::to_string(picture.image.size());
  head += "\r\nX-Timestamp: " + timestamp_header(picture.captured) + "\r\n\r\n";
  return head;
}

}  // namespace

MjpegStream::MjpegStream(Transport transport, const Services& services, Channel& channel)
    : stream_(std::move(transport)),
      limits_(services.limits),
      registration_(services.connections, *this),
      channel_(channel),
      something_to_do_(stream_.get_executor()) {}

asio::awaitable<void> MjpegStream::run(HttpRequest request) {
  using asio::experimental::awaitable_operators::operator&&;
  std::string opening = stream_head(request);
  opening += kBoundaryLine;
  stream_.expires_after(limits_.write_time);
  const auto [error, size] = co_await asio::async_write(stream_, asio::buffer(opening), kNoThrow);
  if (error) {
    co_return;
  }
  stream_.expires_never();
  Transport::ErrorCode ignored;  // the pictures then go the longer way
  stream_.socket().non_blocking(true, ignored);
  const Subscription subscription(channel_, *this, WireForm::kBinary);
  co_await (read_until_gone() && write_what_is_left());
}

void MjpegStream::send_at_once() {
  begin_part();
  Transport::ErrorCode error;  // comes again from the write that follows
  rest_.consume(stream_.write_some(rest_, error));
  if (asio::buffer_size(rest_) == 0) {
    leaving_ = nullptr;
  } else {
    something_to_do_.notify();
  }
}

void MjpegStream::begin_part() {
  leaving_ = std::exchange(waiting_, nullptr);
  head_ = part_head(*leaving_);
  rest_ = boost::beast::buffers_suffix(std::array<asio::const_buffer, 3>{
      asio::buffer(head_), asio::buffer(leaving_->image.view()), asio::buffer(kBehindAPicture)});
  channel_.deliveries().count_sent(leaving_->image.size(), unix_now() - leaving_->captured);
}

asio::awaitable<void> MjpegStream::write_what_is_left() {
  while (!ended_ && (leaving_ || !ending_)) {
    if (!leaving_ && !waiting_) {
      co_await something_to_do_.wait();
      continue;
    }
    if (!leaving_) {
      begin_part();
    }
    stream_.expires_after(limits_.write_time);
    const auto [error, size] = co_await asio::async_write(stream_, rest_, kNoThrow);
    stream_.expires_never();
    leaving_ = nullptr;
    if (error) {
      end_now();
    }
  }
  if (!ended_) {
    co_await stream_.end_sending();
    end_now();
  }
}

asio::awaitable<void> MjpegStream::read_until_gone() {
  // Nothing is asked on such a connection any more, and whatever comes is not kept.
  std::array<std::byte, 512> ignored{};
  for (;;) {
    const auto [error, size] = co_await stream_.async_read_some(asio::buffer(ignored), kNoThrow);
    if (error) {
      break;
    }
  }
  end_now();
}

void MjpegStream::on_picture(Channel& /*channel*/, const PicturePtr& picture) {
  waiting_ = picture;
  if (leaving_ || ended_ || ending_) {
    return;
  }
  if (stream_.is_tls()) {
    something_to_do_.notify();
  } else {
    send_at_once();
  }
}

void MjpegStream::end_gently() {
  ending_ = true;
  something_to_do_.notify();
}

void MjpegStream::end_now() {
  ended_ = true;
  stream_.close();
  something_to_do_.notify();
}

}  // namespace freshframe
