#include "encode/v4l2_session.h"

#include <linux/videodev2.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>

namespace freshframe {
namespace {

// A camera's buffers, and some: beyond them an import is attached anew for each frame.
constexpr std::uint32_t kImportBuffers = 8;

V4l2Flaw device_flaw(const std::string& what, int error) {
  const bool is_gone = error == -ENODEV || error == -ENXIO;
  return {V4l2Flaw::Kind::kDevice,
          (is_gone ? "it is gone" : what) + ": " + std::generic_category().message(-error)};
}

v4l2_buf_type output_type(const V4l2EncoderDescription& device) {
  return device.is_multiplanar ? V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE : V4L2_BUF_TYPE_VIDEO_OUTPUT;
}

v4l2_buf_type capture_type(const V4l2EncoderDescription& device) {
  return device.is_multiplanar ? V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE : V4L2_BUF_TYPE_VIDEO_CAPTURE;
}

v4l2_format jpeg_request(const V4l2EncoderDescription& device, const V4l2Shape& shape) {
  v4l2_format request{};
  request.type = capture_type(device);
  const auto fill = [&](auto& pixels) {
    // Ignored by the book; the Raspberry Pi's driver takes the picture's size from here.
    pixels.width = static_cast<std::uint32_t>(shape.width_px);
    pixels.height = static_cast<std::uint32_t>(shape.height_px);
    pixels.pixelformat = device.jpeg_fourcc;
    pixels.field = V4L2_FIELD_NONE;
    pixels.colorspace = V4L2_COLORSPACE_JPEG;
  };
  // A wish. As large as the raw picture holds any but noise at the highest quality.
  const std::uint32_t size = static_cast<std::uint32_t>(shape.width_px) *
                             static_cast<std::uint32_t>(shape.height_px) * 3 / 2;
  if (device.is_multiplanar) {
    fill(request.fmt.pix_mp);
    request.fmt.pix_mp.num_planes = 1;
    request.fmt.pix_mp.plane_fmt[0].sizeimage = size;
  } else {
    fill(request.fmt.pix);
    request.fmt.pix.sizeimage = size;
  }
  return request;
}

}  // namespace

V4l2Shape v4l2_shape_of(const Frame& frame) {
  const FrameInfo& info = frame.info();
  return {info.format, info.width_px, info.height_px,
          frame.planes().empty() ? 0 : frame.planes()[0].stride_bytes};
}

Result<std::unique_ptr<V4l2Session>> V4l2Session::open(const V4l2Calls& calls,
                                                       const V4l2EncoderDescription& device,
                                                       const V4l2Shape& shape, int quality_percent,
                                                       Input input) {
  auto node = V4l2Node::open(calls, device.path);
  if (!node) {
    return node.error();
  }
  std::unique_ptr<V4l2Session> session(new V4l2Session(device, shape, input, *std::move(node)));
  Result<void> done = session->set_quality(quality_percent);
  if (done) {
    done = session->set_formats();
  }
  if (done) {
    done = session->make_buffers();
  }
  if (done) {
    done = session->start();
  }
  if (!done) {
    return done.error();
  }
  return session;
}

V4l2Session::V4l2Session(const V4l2EncoderDescription& device, const V4l2Shape& shape, Input input,
                         std::unique_ptr<V4l2Node> node)
    : device_(device),
      shape_(shape),
      input_(input),
      node_(std::move(node)),
      output_(*node_, output_type(device)),
      capture_(*node_, capture_type(device)) {}

Result<void> V4l2Session::set_quality(int quality_percent) {
  v4l2_control quality{};
  quality.id = V4L2_CID_JPEG_COMPRESSION_QUALITY;
  quality.value = std::clamp(quality_percent, device_.lowest_quality, device_.highest_quality);
  if (const int error = node_->control(VIDIOC_S_CTRL, &quality); error < 0) {
    return v4l2_failure("it does not take the quality " + std::to_string(quality.value), error);
  }
  return {};
}

Result<void> V4l2Session::set_formats() {
  const std::optional<std::uint32_t> fourcc = v4l2_fourcc_of(shape_.format, device_.raw_fourccs);
  if (!fourcc) {
    return Failure{Failure::Kind::kMisconfigured,
                   "it does not take " + std::string(to_string(shape_.format))};
  }
  // The coded format comes first: setting it may change the raw one.
  v4l2_format jpeg = jpeg_request(device_, shape_);
  if (const int error = node_->control(VIDIOC_S_FMT, &jpeg); error < 0) {
    return v4l2_failure("it does not take the format of its pictures", error);
  }
  v4l2_format raw = v4l2_raw_request(device_.is_multiplanar, *fourcc, shape_.width_px,
                                     shape_.height_px, shape_.stride_bytes);
  if (const int error = node_->control(VIDIOC_S_FMT, &raw); error < 0) {
    return v4l2_failure("it does not take the format of the frames", error);
  }
  const auto answer =
      read_v4l2_raw_format(raw, shape_.format, *fourcc, shape_.width_px, shape_.height_px);
  if (!answer) {
    return answer.error();
  }
  raw_ = *answer;
  if (raw_.width_px != shape_.width_px || raw_.height_px != shape_.height_px) {
    // Else the padding would be in the picture. The type is never a multi-planar one here. A device
    // that refuses may still do right by itself, and else its pictures tell.
    v4l2_selection visible{};
    visible.type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
    visible.target = V4L2_SEL_TGT_CROP;
    visible.r.width = static_cast<std::uint32_t>(shape_.width_px);
    visible.r.height = static_cast<std::uint32_t>(shape_.height_px);
    node_->control(VIDIOC_S_SELECTION, &visible);
  }
  return {};
}

Result<void> V4l2Session::make_buffers() {
  const bool imports = input_ == Input::kImported;
  if (auto made = output_.make_buffers(imports ? kImportBuffers : 1,
                                       imports ? V4L2_MEMORY_DMABUF : V4L2_MEMORY_MMAP);
      !made) {
    return made;
  }
  if (auto made = capture_.make_buffers(1, V4L2_MEMORY_MMAP); !made) {
    return made;
  }
  imported_fds_.assign(output_.buffer_count(), -1);
  if (imports) {
    return {};
  }
  const auto memories = output_.memories(0);
  for (std::size_t i = 0; i < raw_.memory_count; ++i) {
    if (i >= memories.size() || memories[i].size() < raw_.memories[i].size_bytes) {
      return Failure{Failure::Kind::kUnavailable, "its buffers are smaller than it says"};
    }
  }
  return {};
}

Result<void> V4l2Session::start() {
  for (std::uint32_t i = 0; i < capture_.buffer_count(); ++i) {
    if (const int error = give_result_buffer(i); error < 0) {
      return v4l2_failure("it does not take its own buffers", error);
    }
  }
  if (auto started = output_.start(); !started) {
    return started;
  }
  return capture_.start();
}

int V4l2Session::give_result_buffer(std::uint32_t index) {
  const auto memories = capture_.memories(index);
  const std::array given = {V4l2Given{.size_bytes = memories.empty() ? 0 : memories[0].size()}};
  return capture_.give(index, given);
}

boost::system::result<std::span<const std::byte>, V4l2Flaw> V4l2Session::encode(
    const Frame& frame) {
  if (const int error = input_ == Input::kImported ? give_imported(frame) : give_copied(frame);
      error < 0) {
    V4l2Flaw flaw = device_flaw("it does not take the frame", error);
    if (input_ == Input::kImported && error != -ENODEV) {
      flaw.kind = V4l2Flaw::Kind::kRefused;
    }
    return flaw;
  }
  return wait_for_picture();
}

int V4l2Session::give_copied(const Frame& frame) {
  writer_.write(frame, raw_, output_.memories(0));
  std::array<V4l2Given, Frame::kMaxPlanes> planes{};
  for (std::size_t i = 0; i < raw_.memory_count; ++i) {
    planes[i] = {-1, output_.memories(0)[i].size(), raw_.memories[i].size_bytes};
  }
  return output_.give(0, std::span(planes).first(raw_.memory_count));
}

int V4l2Session::give_imported(const Frame& frame) {
  std::array<V4l2Given, Frame::kMaxPlanes> planes{};
  for (std::size_t i = 0; i < raw_.memory_count; ++i) {
    const DmabufPlace& dmabuf = frame.planes()[i].dmabuf;
    planes[i] = {dmabuf.fd, dmabuf.size_bytes, raw_.memories[i].size_bytes};
  }
  const int fd = planes[0].fd;
  auto slot = std::find(imported_fds_.begin(), imported_fds_.end(), fd);
  if (slot == imported_fds_.end()) {
    slot = imported_fds_.begin() + static_cast<std::ptrdiff_t>(next_import_);
    next_import_ = (next_import_ + 1) % imported_fds_.size();
    *slot = fd;
  }
  return output_.give(static_cast<std::uint32_t>(slot - imported_fds_.begin()),
                      std::span(planes).first(raw_.memory_count));
}

boost::system::result<std::span<const std::byte>, V4l2Flaw> V4l2Session::wait_for_picture() {
  const V4l2Calls& calls = node_->calls();
  const auto deadline = calls.now() + kPatience;
  bool has_picture = false;
  bool has_frame_back = false;
  bool is_broken = false;
  while (!has_picture || !has_frame_back) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - calls.now());
    const auto events =
        static_cast<short>((has_picture ? 0 : POLLIN) | (has_frame_back ? 0 : POLLOUT));
    const int ready = left.count() > 0 ? calls.poll(node_->fd(), events, left) : 0;
    if (ready < 0) {
      return device_flaw("it cannot be waited for", ready);
    }
    if (ready == 0) {
      return V4l2Flaw{V4l2Flaw::Kind::kHung,
                      "it did not answer within " + std::to_string(kPatience.count()) + " ms"};
    }
    bool moved = false;
    V4l2Returned returned;
    if (!has_picture) {
      const int error = capture_.take(returned);
      if (error == 0) {
        has_picture = moved = true;
        is_broken = is_broken || returned.is_broken;
        keep_picture(returned);
        if (const int refused = give_result_buffer(returned.index); refused < 0) {
          return device_flaw("it does not take its own buffers", refused);
        }
      } else if (error != -EAGAIN) {
        return device_flaw("it does not give its picture", error);
      }
    }
    if (!has_frame_back) {
      const int error = output_.take(returned);
      if (error == 0) {
        has_frame_back = moved = true;
        is_broken = is_broken || returned.is_broken;
      } else if (error != -EAGAIN) {
        return device_flaw("it does not give the frame back", error);
      }
    }
    if (!moved && (ready & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
      return V4l2Flaw{V4l2Flaw::Kind::kDevice, "it reports an error"};
    }
  }
  if (is_broken) {
    return V4l2Flaw{V4l2Flaw::Kind::kFrame, "it says that a picture went wrong"};
  }
  if (picture_.empty()) {
    return V4l2Flaw{V4l2Flaw::Kind::kFrame, "it gave an empty picture"};
  }
  return std::span<const std::byte>(picture_);
}

void V4l2Session::keep_picture(const V4l2Returned& returned) {
  picture_.clear();
  const auto memories = capture_.memories(returned.index);
  if (memories.empty()) {
    return;
  }
  // Copied once: a device's memory often is not cached, and the picture is read more than once. And
  // so the buffer is free again.
  const std::size_t end = std::min(returned.end_bytes, memories[0].size());
  const std::size_t begin = std::min(returned.begin_bytes, end);
  picture_.assign(memories[0].begin() + static_cast<std::ptrdiff_t>(begin),
                  memories[0].begin() + static_cast<std::ptrdiff_t>(end));
}

}  // namespace freshframe
