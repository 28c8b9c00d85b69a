#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "capture/frame.h"
#include "encode/jpeg_encoder.h"
#include "encode/jpeg_marker_walk.h"
#include "encode/pass_through_encoder.h"

#include "check.h"

// The walk over a camera's JPEG, and the pass-through encoder that relies on it: whatever the bytes
// are, what is accepted keeps the promises of both headers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using freshframe::walk_jpeg_markers;
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto layout = walk_jpeg_markers(bytes);
  if (!layout) {
    check(layout.error().offset <= size && !layout.error().what.empty());
    return 0;
  }
  check(layout->size_bytes <= size && layout->width_px > 0 && layout->height_px > 0);
  check(layout->first_scan_offset >= 2 && layout->first_scan_offset < layout->size_bytes);

  // The image alone is accepted too, and all that is shorter is not.
  const auto alone = walk_jpeg_markers(bytes.first(layout->size_bytes));
  check(alone.has_value() && alone->size_bytes == layout->size_bytes);
  check(walk_jpeg_markers(bytes.first(layout->size_bytes - 1)).has_error());

  freshframe::FrameInfo info;
  info.width_px = layout->width_px;
  info.height_px = layout->height_px;
  const std::array planes = {freshframe::Plane{bytes, 0}};
  const freshframe::Frame frame(info, planes, nullptr);
  freshframe::PassThroughEncoder encoder;
  const auto jpeg = encoder.encode(frame);
  check(jpeg.has_value());
  const auto passed = walk_jpeg_markers(*jpeg);
  check(passed.has_value() && passed->size_bytes == jpeg->size() &&
        passed->missing_huffman_tables == 0);
  return 0;
}
