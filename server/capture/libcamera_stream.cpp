#include "capture/libcamera_stream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>
#include <utility>

#include <libcamera/color_space.h>
#include <libcamera/control_ids.h>
#include <libcamera/controls.h>
#include <libcamera/version.h>
#include <spdlog/spdlog.h>

#include "capture/camera_devices.h"
#include "capture/format_choice.h"
#include "capture/libcamera_formats.h"
#include "capture/libcamera_manager.h"
#include "capture/silent_descriptors.h"

namespace freshframe {
namespace {

// One buffer is encoded, one waits for the encoder, two are with the camera: with fewer it skips.
constexpr unsigned int kBuffersWanted = 4;

// udev tells libcamera of an unplug within some tens of milliseconds of the kernel's.
constexpr std::chrono::milliseconds kWaitForTheNews{1000};
// From the first sign of an unplug to the end of the device.
constexpr std::chrono::milliseconds kWaitForTheEnd{300};

// In a libcamera older than 0.7 a buffer that the driver refused stays in use for ever, of which
// V4L2VideoDevice::streamOff() asserts that it is none (seen with 0.4.0, not with 0.7.1). Where a
// control went with that buffer and the request was tried again, the buffer took another's place in
// libcamera, and the request that finds none is lost some frames later.
constexpr bool kStopAbortsAfterARefusal =
    LIBCAMERA_VERSION_MAJOR == 0 && LIBCAMERA_VERSION_MINOR < 7;

Failure failure_of(int error, const std::string& what_failed,
                   const std::vector<dev_t>& device_numbers) {
  switch (-error) {
    case EBUSY:
      return {Failure::Kind::kUnavailable, busy_reason(device_nodes(device_numbers))};
    case EACCES:
    case EPERM:
      return {Failure::Kind::kNoPermission,
              "this user may not use the camera; add the user to the group video "
              "(sudo usermod -aG video $USER) and log in again"};
    case ENODEV:
    case ENXIO:
      return {Failure::Kind::kUnavailable,
              "the camera does not answer any more: it was unplugged; plug it in again"};
    case ENOMEM:
      return {Failure::Kind::kUnavailable,
              what_failed +
                  ": the kernel has no memory left for it (CMA on a Raspberry Pi); choose "
                  "a smaller size, or give it more"};
    case ENOSPC:
      return {
          Failure::Kind::kUnavailable,
          "the USB bus has no bandwidth left for the camera; choose a smaller size or the format "
          "mjpeg, or use another port"};
    default:
      return {Failure::Kind::kUnavailable,
              what_failed + ": " + std::generic_category().message(-error)};
  }
}

bool is_yuv(PixelFormat format) {
  switch (format) {
    case PixelFormat::kNv12:
    case PixelFormat::kNv21:
    case PixelFormat::kYuv420:
    case PixelFormat::kYuyv:
    case PixelFormat::kUyvy:
      return true;
    default:
      return false;
  }
}

YuvRange range_of(PixelFormat format, const std::optional<libcamera::ColorSpace>& color_space) {
  if (!is_yuv(format)) {
    return YuvRange::kFull;
  }
  // V4L2's default for YUV is the limited range.
  return color_space && color_space->range == libcamera::ColorSpace::Range::Full
             ? YuvRange::kFull
             : YuvRange::kLimited;
}

std::unique_ptr<libcamera::CameraConfiguration> generate_configuration(libcamera::Camera& camera) {
  for (const libcamera::StreamRole role :
       {libcamera::StreamRole::VideoRecording, libcamera::StreamRole::Viewfinder,
        libcamera::StreamRole::StillCapture}) {
    auto configuration = camera.generateConfiguration({role});
    if (configuration && !configuration->empty()) {
      return configuration;
    }
  }
  return nullptr;
}

/// The duration to ask for, or 0 where the camera takes no such wish (UVC cameras do not).
std::int64_t frame_duration_us(const libcamera::Camera& camera,
                               std::optional<double> frames_per_second) {
  const auto limits = camera.controls().find(libcamera::controls::FrameDurationLimits.id());
  if (!frames_per_second || *frames_per_second <= 0) {
    return 0;
  }
  if (limits == camera.controls().end()) {
    spdlog::info("camera {} chooses its frame rate itself", describe(camera));
    return 0;
  }
  const auto wanted = static_cast<std::int64_t>(1e6 / *frames_per_second);
  const auto shortest = limits->second.min().get<std::int64_t>();
  const auto longest = limits->second.max().get<std::int64_t>();
  return std::clamp(wanted, shortest, std::max(shortest, longest));
}

}  // namespace

LibcameraStream::LibcameraStream(LibcameraManager& manager,
                                 std::shared_ptr<libcamera::Camera> camera)
    : manager_(manager),
      camera_(std::move(camera)),
      device_numbers_(manager_.device_numbers(camera_)) {}

LibcameraStream::~LibcameraStream() {
  release();
}

Result<std::unique_ptr<LibcameraStream>> LibcameraStream::start(
    LibcameraManager& manager, std::shared_ptr<libcamera::Camera> camera,
    const LibcameraRequest& request, SourceEvents events, const FrameOrder& order,
    std::shared_ptr<const WantedControls> wanted) {
  std::unique_ptr<LibcameraStream> stream(new LibcameraStream(manager, std::move(camera)));
  Result<void> done = stream->acquire();
  if (done) {
    done = stream->configure(request);
  }
  if (done) {
    done = stream->prepare_requests(order, std::move(wanted));
  }
  if (done) {
    done = stream->run(std::move(events));
  }
  if (!done) {
    return done.error();
  }
  return stream;
}

Result<void> LibcameraStream::acquire() {
  if (const int error = camera_->acquire(); error != 0) {
    return failure(error, "libcamera does not hand out the camera");
  }
  is_acquired_ = true;
  return {};
}

Result<void> LibcameraStream::configure(const LibcameraRequest& request) {
  configuration_ = generate_configuration(*camera_);
  if (!configuration_) {
    return Failure{Failure::Kind::kMisconfigured, "the camera has no video stream"};
  }
  libcamera::StreamConfiguration& stream = configuration_->at(0);
  const std::vector<FormatOffer> offers = usable_offers(stream.formats());
  const auto choice = choose_format(offers, request.size, request.format);
  if (!choice) {
    return choice.error();
  }
  stream.pixelFormat =
      to_libcamera(choice->format, stream.formats().pixelformats()).value_or(stream.pixelFormat);
  stream.size = {static_cast<unsigned int>(choice->size.width_px),
                 static_cast<unsigned int>(choice->size.height_px)};
  stream.bufferCount = std::max(stream.bufferCount, kBuffersWanted);
  if (is_yuv(choice->format)) {
    // What JPEG is: no conversion of the range on the way. A camera that cannot says so.
    stream.colorSpace = libcamera::ColorSpace::Sycc;
  }
  if (configuration_->validate() == libcamera::CameraConfiguration::Invalid) {
    return Failure{Failure::Kind::kMisconfigured, "the camera refuses " + to_string(choice->size) +
                                                      " as " +
                                                      std::string(to_string(choice->format)) +
                                                      "; it offers " + describe_offers(offers)};
  }

  const auto format = from_libcamera(stream.pixelFormat);
  const Size size{static_cast<int>(stream.size.width), static_cast<int>(stream.size.height)};
  if (!format || (request.format && *format != *request.format) ||
      (request.size && size != *request.size)) {
    return Failure{Failure::Kind::kMisconfigured,
                   "the camera turns " + to_string(choice->size) + " " +
                       std::string(to_string(choice->format)) + " into " + to_string(size) + " " +
                       stream.pixelFormat.toString() +
                       "; ask for what it offers: " + describe_offers(offers)};
  }
  if (const int error = camera_->configure(configuration_.get()); error != 0) {
    return failure(error, "the camera cannot be configured");
  }
  range_ = range_of(*format, stream.colorSpace);
  frame_duration_us_ = frame_duration_us(*camera_, request.frames_per_second);
  format_ = {.width_px = size.width_px,
             .height_px = size.height_px,
             .frames_per_second =
                 frame_duration_us_ > 0 ? 1e6 / static_cast<double>(frame_duration_us_) : 0.0,
             .format = *format};
  return {};
}

Result<void> LibcameraStream::prepare_requests(const FrameOrder& order,
                                               std::shared_ptr<const WantedControls> wanted) {
  const libcamera::StreamConfiguration& configuration = configuration_->at(0);
  libcamera::Stream* const stream = configuration.stream();
  allocator_ = std::make_unique<libcamera::FrameBufferAllocator>(camera_);
  if (const int error = allocator_->allocate(stream); error < 0) {
    return failure(error, "the camera's buffers cannot be allocated");
  }
  std::vector<std::shared_ptr<LibcameraBuffer>> buffers;
  for (const auto& buffer : allocator_->buffers(stream)) {
    auto mapped = LibcameraBuffer::map(*buffer, format_.format,
                                       {format_.width_px, format_.height_px}, configuration.stride);
    if (!mapped) {
      return mapped.error();
    }
    auto request = camera_->createRequest(buffers.size());
    if (!request || request->addBuffer(stream, buffer.get()) != 0) {
      return failure(-ENODEV, "");
    }
    buffers.push_back(std::move(*mapped));
    requests_.push_back(std::move(request));
  }
  FrameInfo stream_info;
  stream_info.width_px = format_.width_px;
  stream_info.height_px = format_.height_px;
  stream_info.format = format_.format;
  stream_info.range = range_;
  queue_ = std::make_shared<LibcameraRequestQueue>(camera_, std::move(wanted));
  receiver_ = std::make_shared<LibcameraReceiver>(std::move(buffers), queue_, stream_info, order,
                                                  device_numbers_);
  return {};
}

Result<void> LibcameraStream::run(SourceEvents events) {
  libcamera::ControlList controls(libcamera::controls::controls);
  if (frame_duration_us_ > 0) {
    const std::array<std::int64_t, 2> limits = {frame_duration_us_, frame_duration_us_};
    controls.set(libcamera::controls::FrameDurationLimits,
                 libcamera::Span<const std::int64_t, 2>(limits));
  }
  manager_.set_receiver(camera_, receiver_);
  if (const int error = camera_->start(&controls); error != 0) {
    return failure(error, "the camera does not start");
  }
  if (!receiver_->open(std::move(events))) {
    end();
    return failure(-ENODEV, "");
  }
  for (const auto& request : requests_) {
    if (const int error = queue_->put(request.get()); error != 0) {
      receiver_->close();
      queue_->close();
      end();
      return failure(error, "the camera takes no requests");
    }
  }
  return {};
}

Failure LibcameraStream::failure(int error, const std::string& what_failed) const {
  return failure_of(error, what_failed, device_numbers_);
}

FrameOrder LibcameraStream::stop(std::unique_ptr<LibcameraStream> stream) {
  FrameOrder order = stream->receiver_->close();
  order.sequence.restart();
  // From here on libcamera gives requests back and gets none: freeing them below is safe.
  stream->queue_->close();

  // Camera::stop() asserts that it got all requests back, and aborts the process when the device is
  // gone and libcamera has not heard of it (seen with 0.4.0 and 0.7.1: VIDIOC_STREAMOFF fails and
  // its buffers stay queued). Once libcamera knows, stop() does nothing and all is well. Where it
  // never learns (no udev events in a network namespace of its own), everything libcamera may still
  // point to is kept for ever: the camera, the buffers and the requests. Not covered is a device
  // that goes between this look and libcamera's ioctl, some microseconds later.
  if (stream->receiver_->all_requests_are_lost()) {
    // So begins an unplug, too: the kernel fails the buffers first and takes the device away some
    // milliseconds later, which is when stop() must not be at work.
    stream->receiver_->wait_until_camera_is_gone(kWaitForTheEnd);
  }
  LibcameraManager& manager = stream->manager_;
  const std::vector<dev_t> gone = those_gone(stream->device_numbers_);
  if (kStopAbortsAfterARefusal && gone.empty() && stream->receiver_->requests_are_lost() &&
      !stream->camera_is_gone()) {
    spdlog::warn(
        "camera {} refused buffers, and this libcamera would end the server if it stopped it; it "
        "is left as it is until it is unplugged, or the server is started again",
        describe(*stream->camera_));
    manager.abandon(std::move(stream));
    return order;
  }
  if (!gone.empty() && !stream->receiver_->wait_until_camera_is_gone(kWaitForTheNews)) {
    spdlog::warn(
        "camera {} was unplugged and libcamera has not been told; it is left as it is, and needs a "
        "restart of the server (in a container: --network host, so that udev's events arrive)",
        describe(*stream->camera_));
    silence_descriptors_of(gone);
    manager.abandon(std::move(stream));
    return order;
  }
  stream->end();
  return order;
}

void LibcameraStream::end() {
  camera_->stop();
  if (camera_is_gone()) {
    // stop() did nothing, so that requests may still be on their way to libcamera's thread. A call
    // that waits for that thread comes behind them.
    camera_->invokeMethod(&libcamera::Camera::stop, libcamera::ConnectionTypeBlocking);
  }
  release();
}

void LibcameraStream::release() {
  if (!is_acquired_) {
    return;
  }
  manager_.set_receiver(camera_, nullptr);
  requests_.clear();
  allocator_.reset();
  camera_->release();
  is_acquired_ = false;
}

}  // namespace freshframe
