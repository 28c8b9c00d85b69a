#include "net/snapshot.h"

#include <string>

#include <boost/beast/http/status.hpp>

#include "base/unix_time.h"
#include "message/camera_state.h"
#include "net/responses.h"

namespace freshframe {

namespace {

using Clock = std::chrono::steady_clock;

std::string why_none(const Channel& channel) {
  const CameraStatus& status = channel.status();
  std::string text = "no picture of the camera " + channel.name() + " came in time; it is ";
  text += to_string(status.state);
  if (!status.reason.empty()) {
    text += ": " + status.reason;
  }
  return text;
}

}  // namespace

Snapshot::Snapshot(const boost::asio::any_io_executor& executor, const Services& services)
    : limits_(services.limits),
      registration_(services.connections, *this),
      something_happened_(executor) {}

boost::asio::awaitable<HttpResponse> Snapshot::take(
    HttpRequest request, Channel& channel, std::optional<std::chrono::milliseconds> max_age) {
  max_age_ = max_age;
  const Clock::time_point patience = Clock::now() + limits_.snapshot_time;
  const Subscription subscription(channel, *this, WireForm::kBinary);
  while (!picture_ && !ended_ && Clock::now() < patience) {
    co_await something_happened_.wait_until(patience);
  }
  if (!picture_) {
    co_return unavailable(request, why_none(channel));
  }
  channel.deliveries().count_sent(picture_->image.size(), unix_now() - picture_->captured);
  co_return picture_response(request, *picture_);
}

void Snapshot::on_picture(Channel& /*channel*/, const PicturePtr& picture) {
  if (max_age_ && unix_now() - picture->captured > *max_age_) {
    return;
  }
  picture_ = picture;
  something_happened_.notify();
}

void Snapshot::end_now() {
  ended_ = true;
  something_happened_.notify();
}

}  // namespace freshframe
