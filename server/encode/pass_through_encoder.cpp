#include "encode/pass_through_encoder.h"

#include "encode/complete_jpeg.h"
#include "encode/jpeg_marker_walk.h"

namespace freshframe {

boost::system::result<std::span<const std::byte>, EncodeError> PassThroughEncoder::encode(
    const Frame& frame) {
  const FrameInfo& info = frame.info();
  if (info.format != PixelFormat::kMjpeg || frame.planes().size() != 1) {
    return EncodeError::kWrongShape;
  }
  const std::span<const std::byte> delivered = frame.planes()[0].bytes;
  const auto layout = walk_jpeg_markers(delivered);
  if (!layout) {
    return layout.error().kind == JpegFlaw::Kind::kTruncated ? EncodeError::kTruncated
                                                             : EncodeError::kForeign;
  }
  if (layout->width_px != info.width_px || layout->height_px != info.height_px) {
    return EncodeError::kWrongShape;
  }
  return complete_jpeg(delivered, *layout, completed_);
}

}  // namespace freshframe
