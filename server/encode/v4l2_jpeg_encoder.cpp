#include "encode/v4l2_jpeg_encoder.h"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "encode/complete_jpeg.h"
#include "encode/jpeg_marker_walk.h"

namespace freshframe {
namespace {

bool may_be_imported(const Frame& frame) {
  return frame.info().range == YuvRange::kFull &&
         std::all_of(frame.planes().begin(), frame.planes().end(),
                     [](const Plane& plane) { return plane.dmabuf.fd >= 0; });
}

std::string size_of(int width_px, int height_px) {
  return std::to_string(width_px) + "x" + std::to_string(height_px);
}

}  // namespace

V4l2JpegEncoder::V4l2JpegEncoder(const V4l2Calls& calls, V4l2EncoderDescription device,
                                 int quality_percent)
    : calls_(calls), device_(std::move(device)), quality_percent_(quality_percent) {}

V4l2JpegEncoder::Picture V4l2JpegEncoder::encode(const Frame& frame) {
  const V4l2Shape shape = v4l2_shape_of(frame);
  if (session_ == nullptr || shape != shape_) {
    session_.reset();
    shape_ = shape;
    if (const auto opened = open(frame); !opened) {
      const bool is_unfit = opened.error().kind == Failure::Kind::kMisconfigured;
      return V4l2Flaw{is_unfit ? V4l2Flaw::Kind::kUnfit : V4l2Flaw::Kind::kDevice,
                      opened.error().reason};
    }
  }
  const Picture picture = encode_unchecked(frame);
  return picture ? check(*picture, frame.info()) : picture;
}

V4l2JpegEncoder::Picture V4l2JpegEncoder::encode_unchecked(const Frame& frame) {
  if (session_->input() == V4l2Session::Input::kImported) {
    Picture picture = session_->can_import(frame)
                          ? session_->encode(frame)
                          : Picture(V4l2Flaw{V4l2Flaw::Kind::kRefused, "it lies elsewhere"});
    const bool is_refused =
        !picture && (picture.error().kind == V4l2Flaw::Kind::kRefused ||
                     (picture.error().kind == V4l2Flaw::Kind::kFrame && !session_has_worked_));
    session_has_worked_ = session_has_worked_ || picture.has_value();
    if (!is_refused) {
      return picture;
    }
    spdlog::debug("{}: frames are copied, for they cannot be imported: {}", device_.name(),
                  picture.error().reason);
    import_is_refused_ = true;
    session_.reset();
    if (const auto opened = open(shape_, V4l2Session::Input::kCopied); !opened) {
      return V4l2Flaw{V4l2Flaw::Kind::kDevice, opened.error().reason};
    }
  }
  return session_->encode(frame);
}

Result<void> V4l2JpegEncoder::open(const Frame& frame) {
  if (!import_is_refused_ && may_be_imported(frame)) {
    auto opened = open(shape_, V4l2Session::Input::kImported);
    if (opened && session_->can_import(frame)) {
      return {};
    }
    session_.reset();
    if (!opened && opened.error().kind == Failure::Kind::kMisconfigured) {
      return opened;
    }
  }
  return open(shape_, V4l2Session::Input::kCopied);
}

Result<void> V4l2JpegEncoder::open(const V4l2Shape& shape, V4l2Session::Input input) {
  auto opened = V4l2Session::open(calls_, device_, shape, quality_percent_, input);
  if (!opened) {
    return opened.error();
  }
  session_ = *std::move(opened);
  session_has_worked_ = false;
  spdlog::debug("{}: set up for {} {}, frames are {}", device_.name(),
                size_of(shape.width_px, shape.height_px), to_string(shape.format),
                input == V4l2Session::Input::kImported ? "imported" : "copied");
  return {};
}

V4l2JpegEncoder::Picture V4l2JpegEncoder::check(std::span<const std::byte> picture,
                                                const FrameInfo& info) {
  const auto layout = walk_jpeg_markers(picture);
  if (!layout) {
    return V4l2Flaw{V4l2Flaw::Kind::kFrame,
                    "its picture is broken: " + std::string(layout.error().what)};
  }
  if (layout->width_px != info.width_px || layout->height_px != info.height_px) {
    return V4l2Flaw{V4l2Flaw::Kind::kUnfit, "it makes " +
                                                size_of(layout->width_px, layout->height_px) +
                                                " of " + size_of(info.width_px, info.height_px)};
  }
  return complete_jpeg(picture, *layout, completed_);
}

}  // namespace freshframe
