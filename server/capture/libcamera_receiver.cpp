#include "capture/libcamera_receiver.h"

#include <algorithm>
#include <array>
#include <utility>

#include <libcamera/control_ids.h>
#include <libcamera/framebuffer.h>

#include "capture/camera_devices.h"
#include "capture/libcamera_controls.h"
#include "capture/sensor_clock.h"

namespace freshframe {
namespace {

class BufferLease final : public FrameLease {
 public:
  BufferLease(std::shared_ptr<LibcameraBuffer> buffer, std::shared_ptr<LibcameraRequestQueue> queue,
              libcamera::Request* request)
      : buffer_(std::move(buffer)), queue_(std::move(queue)), request_(request) {
    buffer_->begin_reading();
  }

  ~BufferLease() override {
    buffer_->end_reading();
    queue_->put(request_);
  }

 private:
  std::shared_ptr<LibcameraBuffer> buffer_;
  std::shared_ptr<LibcameraRequestQueue> queue_;
  libcamera::Request* request_;
};

void add_what_the_camera_reports(const libcamera::ControlList& metadata, FrameInfo& info) {
  if (const auto exposure_us = metadata.get(libcamera::controls::ExposureTime)) {
    info.exposure_time = std::chrono::microseconds(*exposure_us);
  }
  if (const auto gain = metadata.get(libcamera::controls::AnalogueGain)) {
    info.analogue_gain = *gain;
  }
  if (const auto position = metadata.get(libcamera::controls::LensPosition)) {
    info.lens_position_dioptres = *position;
  }
}

}  // namespace

int LibcameraRequestQueue::put(libcamera::Request* request) {
  const std::lock_guard lock(mutex_);
  if (!camera_) {
    return 0;
  }
  request->reuse(libcamera::Request::ReuseBuffers);
  if (auto wanted = wanted_->newer_than(delivery_.wanted_revision())) {
    delivery_.want(*std::move(wanted));
  }
  if (const auto values = delivery_.next()) {
    add_controls(*values, camera_->controls(), request->controls());
    carrier_ = request->cookie();
  }
  // While the camera runs this fails only when it has gone, which its disconnected signal tells. A
  // driver that refuses the buffer makes libcamera complete the request as cancelled.
  return camera_->queueRequest(request);
}

bool LibcameraRequestQueue::put_again(libcamera::Request* request) {
  const std::lock_guard lock(mutex_);
  if (!camera_ || carrier_ != request->cookie()) {
    return false;
  }
  if (!delivery_.cancelled()) {
    carrier_.reset();
    return false;
  }
  request->reuse(libcamera::Request::ReuseBuffers);
  return camera_->queueRequest(request) == 0;
}

std::optional<ControlOutcome> LibcameraRequestQueue::take_outcome(
    const libcamera::Request& request) {
  const std::lock_guard lock(mutex_);
  if (carrier_ != request.cookie()) {
    return std::nullopt;
  }
  carrier_.reset();
  return delivery_.completed();
}

void LibcameraRequestQueue::close() {
  const std::lock_guard lock(mutex_);
  camera_.reset();
}

LibcameraReceiver::LibcameraReceiver(std::vector<std::shared_ptr<LibcameraBuffer>> buffers,
                                     std::shared_ptr<LibcameraRequestQueue> queue,
                                     const FrameInfo& stream_info, const FrameOrder& order,
                                     std::vector<dev_t> device_numbers)
    : buffers_(std::move(buffers)),
      queue_(std::move(queue)),
      stream_info_(stream_info),
      device_numbers_(std::move(device_numbers)),
      order_(order) {}

bool LibcameraReceiver::open(SourceEvents events) {
  const std::lock_guard lock(events_mutex_);
  if (camera_is_gone()) {
    return false;
  }
  events_ = std::move(events);
  return true;
}

FrameOrder LibcameraReceiver::close() {
  const std::lock_guard lock(events_mutex_);
  events_ = {};
  return order_;
}

bool LibcameraReceiver::camera_is_gone() {
  const std::lock_guard lock(gone_mutex_);
  return gone_;
}

bool LibcameraReceiver::wait_until_camera_is_gone(std::chrono::milliseconds limit) {
  std::unique_lock lock(gone_mutex_);
  return gone_changed_.wait_for(lock, limit, [this] { return gone_; });
}

void LibcameraReceiver::on_request_completed(libcamera::Request* request) {
  const ClockReadings arrival = read_clocks();
  // Cancelled by a stop, an unplug, or a driver that refuses the buffer or a control. But for the
  // last, queueing it again would make libcamera cancel it again, without end.
  if (request->status() == libcamera::Request::RequestCancelled || request->buffers().empty()) {
    if (!queue_->put_again(request)) {
      lose_request();
    }
    return;
  }
  if (auto outcome = queue_->take_outcome(*request)) {
    if (outcome_to_tell_) {
      auto& refused = outcome->refused;
      refused.insert(refused.begin(), outcome_to_tell_->refused.begin(),
                     outcome_to_tell_->refused.end());
    }
    outcome_to_tell_ = std::move(outcome);
  }
  const libcamera::FrameMetadata& metadata = request->buffers().begin()->second->metadata();
  if (metadata.status != libcamera::FrameMetadata::FrameSuccess) {
    queue_->put(request);
    return;
  }

  const std::lock_guard lock(events_mutex_);
  if (!events_.on_frame) {
    return;
  }
  FrameInfo info = stream_info_;
  info.sequence = order_.sequence.next(metadata.sequence);
  const auto sensor_time = request->metadata().get(libcamera::controls::SensorTimestamp);
  const std::uint64_t timestamp_ns = sensor_time && *sensor_time > 0
                                         ? static_cast<std::uint64_t>(*sensor_time)
                                         : metadata.timestamp;
  info.captured = order_.time.next(unix_time_of_sensor(timestamp_ns, arrival), arrival.wall);
  add_what_the_camera_reports(request->metadata(), info);

  const std::shared_ptr<LibcameraBuffer>& buffer = buffers_.at(request->cookie());
  PlaneLayout layout = buffer->layout();
  if (info.format == PixelFormat::kMjpeg && !metadata.planes().empty()) {
    std::span<const std::byte>& bytes = layout.planes[0].bytes;
    bytes = bytes.first(std::min<std::size_t>(metadata.planes()[0].bytesused, bytes.size()));
  }
  events_.on_frame(
      Frame(info, layout.span(), std::make_unique<BufferLease>(buffer, queue_, request)));
  if (auto outcome = std::exchange(outcome_to_tell_, std::nullopt);
      outcome && events_.on_controls_set) {
    events_.on_controls_set(*std::move(outcome), info.sequence);
  }
}

void LibcameraReceiver::lose_request() {
  ++lost_requests_;
  if (!all_requests_are_lost()) {
    return;
  }
  const std::lock_guard lock(events_mutex_);
  const SourceEvents events = std::exchange(events_, {});
  if (!events.on_failure) {
    return;  // a stop cancels them all
  }
  events.on_failure(
      {Failure::Kind::kUnavailable,
       those_gone(device_numbers_).empty()
           ? "the camera takes no more requests; it is opened again, and if that does "
             "not help, check its cable and its power"
           : "the camera was unplugged; plug it in again"});
}

void LibcameraReceiver::on_camera_gone() {
  // First of all: a request queued after this moment would make libcamera abort.
  queue_->close();
  {
    const std::lock_guard lock(gone_mutex_);
    gone_ = true;
  }
  gone_changed_.notify_all();

  const std::lock_guard lock(events_mutex_);
  const SourceEvents events = std::exchange(events_, {});
  if (events.on_failure) {
    events.on_failure({Failure::Kind::kUnavailable, "the camera was unplugged; plug it in again"});
  }
}

}  // namespace freshframe
