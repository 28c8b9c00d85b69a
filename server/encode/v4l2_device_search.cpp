#include "encode/v4l2_device_search.h"

#include <linux/videodev2.h>

#include <algorithm>
#include <array>
#include <optional>

#include <spdlog/spdlog.h>

#include "encode/v4l2_node.h"

namespace freshframe {
namespace {

// No driver has a tenth of it; one that never ends its list must not keep us.
constexpr std::uint32_t kMostFormats = 256;

Failure no_encoder(const std::string& why) {
  return {Failure::Kind::kMisconfigured, "it is no JPEG encoder: " + why};
}

std::vector<std::uint32_t> formats_of(const V4l2Node& node, std::uint32_t buffer_type) {
  std::vector<std::uint32_t> formats;
  for (std::uint32_t i = 0; i < kMostFormats; ++i) {
    v4l2_fmtdesc format{};
    format.index = i;
    format.type = buffer_type;
    if (node.control(VIDIOC_ENUM_FMT, &format) < 0) {
      break;
    }
    formats.push_back(format.pixelformat);
  }
  return formats;
}

std::string card_of(const v4l2_capability& capability) {
  const auto end = std::find(std::begin(capability.card), std::end(capability.card), 0);
  return {std::begin(capability.card), end};
}

}  // namespace

Result<V4l2EncoderDescription> describe_v4l2_encoder(const V4l2Calls& calls,
                                                     const std::string& path) {
  const auto opened = V4l2Node::open(calls, path);
  if (!opened) {
    return opened.error();
  }
  const V4l2Node& node = **opened;
  v4l2_capability capability{};
  if (const int error = node.control(VIDIOC_QUERYCAP, &capability); error < 0) {
    return v4l2_failure("it does not say what it is", error);
  }
  const std::uint32_t can = (capability.capabilities & V4L2_CAP_DEVICE_CAPS) != 0
                                ? capability.device_caps
                                : capability.capabilities;
  if ((can & V4L2_CAP_STREAMING) == 0 ||
      (can & (V4L2_CAP_VIDEO_M2M | V4L2_CAP_VIDEO_M2M_MPLANE)) == 0) {
    return no_encoder("it does not turn memory into memory");
  }

  V4l2EncoderDescription found;
  found.path = path;
  found.card = card_of(capability);
  found.is_multiplanar = (can & V4L2_CAP_VIDEO_M2M_MPLANE) != 0;
  const auto results = formats_of(node, found.is_multiplanar ? V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE
                                                             : V4L2_BUF_TYPE_VIDEO_CAPTURE);
  constexpr std::array<std::uint32_t, 2> kJpegs = {V4L2_PIX_FMT_JPEG, V4L2_PIX_FMT_MJPEG};
  const auto jpeg =
      std::find_first_of(results.begin(), results.end(), kJpegs.begin(), kJpegs.end());
  if (jpeg == results.end()) {
    return no_encoder("it makes no JPEG");
  }
  found.jpeg_fourcc = *jpeg;
  found.raw_fourccs = formats_of(
      node, found.is_multiplanar ? V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE : V4L2_BUF_TYPE_VIDEO_OUTPUT);
  v4l2_queryctrl quality{};
  quality.id = V4L2_CID_JPEG_COMPRESSION_QUALITY;
  if (node.control(VIDIOC_QUERYCTRL, &quality) < 0 ||
      (quality.flags & V4L2_CTRL_FLAG_DISABLED) != 0 || quality.minimum > quality.maximum) {
    return no_encoder("its JPEG quality cannot be set");
  }
  found.lowest_quality = quality.minimum;
  found.highest_quality = quality.maximum;
  return found;
}

Result<V4l2EncoderDescription> find_v4l2_encoder(const V4l2Calls& calls) {
  std::optional<Failure> not_permitted;
  const std::vector<std::string> nodes = calls.video_nodes();
  for (const std::string& path : nodes) {
    auto encoder = describe_v4l2_encoder(calls, path);
    if (encoder) {
      return encoder;
    }
    spdlog::debug("{}: {}", path, encoder.error().reason);
    if (encoder.error().kind == Failure::Kind::kNoPermission) {
      not_permitted = encoder.error();
    }
  }
  if (not_permitted) {
    return *not_permitted;
  }
  return Failure{Failure::Kind::kUnavailable,
                 "there is no hardware JPEG encoder: none of " + std::to_string(nodes.size()) +
                     " video devices (/dev/video*) turns raw pictures into JPEG"};
}

}  // namespace freshframe
