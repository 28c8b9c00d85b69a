#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "encode/join_strips.h"
#include "encode/jpeg_marker_walk.h"
#include "encode/plane_shapes.h"
#include "encode/strip_plan.h"
#include "encode/turbo_encoder.h"

#include "../unit/jpeg_test_support.h"
#include "check.h"

namespace {

using namespace freshframe;

constexpr std::array kRawFormats = {PixelFormat::kNv12,  PixelFormat::kNv21,   PixelFormat::kYuv420,
                                    PixelFormat::kYuyv,  PixelFormat::kUyvy,   PixelFormat::kRgb24,
                                    PixelFormat::kBgr24, PixelFormat::kRgbx32, PixelFormat::kBgrx32,
                                    PixelFormat::kGrey8};

// Format, width, height, number of strips, quality, padding of rows and range.
constexpr std::size_t kHeadBytes = 7;

std::span<const std::byte> image_of(TurboEncoder& encoder, const Frame& frame) {
  const auto image = encoder.encode(frame);
  check(image.has_value());
  return *image;
}

}  // namespace

// Whatever a frame looks like: what its strips are joined to is a whole JPEG image and decodes to
// what the whole frame's image does.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < kHeadBytes) {
    return 0;
  }
  FrameInfo info;
  info.format = kRawFormats[data[0] % kRawFormats.size()];
  info.width_px = data[1] % 80 + 1;
  info.height_px = data[2] + 1;
  info.range = data[6] % 2 == 0 ? YuvRange::kFull : YuvRange::kLimited;
  const std::size_t strip_count = data[3] % 20 + std::size_t{1};
  const int quality = data[4] % 100 + 1;
  const std::size_t padding_bytes = data[5] % 32;

  // The rest is laid out as rows, again and again.
  const std::span samples(data + kHeadBytes, size - kHeadBytes);
  const PlaneShapes shapes = plane_shapes(info.format, info.width_px, info.height_px);
  std::array<std::vector<std::byte>, Frame::kMaxPlanes> memory;
  std::array<Plane, Frame::kMaxPlanes> planes;
  std::size_t next = 0;
  for (std::size_t i = 0; i < shapes.count; ++i) {
    const std::size_t stride = shapes.planes[i].row_bytes + padding_bytes;
    // Of the exact size, so that AddressSanitizer sees a read behind it.
    memory[i].resize(stride * shapes.planes[i].count - padding_bytes);
    for (std::byte& sample : memory[i]) {
      sample = samples.empty() ? std::byte{77} : std::byte{samples[next++ % samples.size()]};
    }
    planes[i] = {memory[i], stride};
  }
  const Frame frame(info, std::span(planes).first(shapes.count), nullptr);

  const StripPlan plan = cut_in_strips(info.format, info.width_px, info.height_px, strip_count);
  check(plan.count >= 1 && plan.count <= strip_count);
  std::vector<std::unique_ptr<TurboEncoder>> encoders;
  std::vector<std::span<const std::byte>> images;
  for (std::size_t i = 0; i < plan.count; ++i) {
    encoders.push_back(std::make_unique<TurboEncoder>(info.format, quality));
    images.push_back(image_of(*encoders.back(), strip_of(frame, plan, i)));
  }
  std::vector<std::byte> joined;
  check(join_strips(images, info.height_px, plan.restart_interval_mcus, joined));

  const auto layout = walk_jpeg_markers(joined);
  check(layout.has_value() && layout->size_bytes == joined.size());
  check(layout->width_px == info.width_px && layout->height_px == info.height_px);
  TurboEncoder whole_encoder(info.format, quality);
  const std::span<const std::byte> whole = image_of(whole_encoder, frame);
  check(decode_yuv(joined) == decode_yuv(whole));
  check(decode_rgb(joined).samples == decode_rgb(whole).samples);
  return 0;
}
