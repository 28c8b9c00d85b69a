#include "capture/pattern_frames.h"

#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "capture/pattern_controls.h"

namespace freshframe {

namespace {

// Rows of cameras begin at multiples of this, and so do ours.
constexpr std::size_t kRowAlignmentBytes = 64;

std::variant<PatternPicture, PatternJpeg> paint(Size size, PixelFormat format) {
  PatternPicture picture(size);
  if (format == PixelFormat::kMjpeg) {
    return PatternJpeg(picture);
  }
  return picture;
}

}  // namespace

PatternFrames::PatternFrames(Size size, PixelFormat format)
    : size_(size), pattern_(paint(size, format)) {}

std::optional<Frame> PatternFrames::make(std::uint64_t sequence, UnixTime captured,
                                         double brightness) {
  std::unique_ptr<BufferPool::Lease> lease = BufferPool::lease(buffers_);
  if (lease == nullptr) {
    return std::nullopt;
  }
  FrameInfo info;
  info.sequence = sequence;
  info.captured = captured;
  info.width_px = size_.width_px;
  info.height_px = size_.height_px;
  if (std::holds_alternative<PatternJpeg>(pattern_)) {
    return make_mjpeg(info, std::move(lease));
  }
  return make_nv12(info, std::move(lease), brightness);
}

Frame PatternFrames::make_nv12(const FrameInfo& info, std::unique_ptr<BufferPool::Lease> lease,
                               double brightness) {
  auto& picture = std::get<PatternPicture>(pattern_);
  const auto width = static_cast<std::size_t>(size_.width_px);
  const std::size_t stride =
      (width + kRowAlignmentBytes - 1) / kRowAlignmentBytes * kRowAlignmentBytes;
  const std::size_t rows = (static_cast<std::size_t>(size_.height_px) + 1) / 2 * 2;
  std::vector<std::byte>& bytes = lease->bytes();
  bytes.resize(stride * rows * 3 / 2);

  picture.header().draw(info.sequence, info.captured);
  auto* y = reinterpret_cast<std::uint8_t*>(bytes.data());
  picture.copy_to(PatternPicture::sway_px(info.sequence), y, y + stride * rows, stride);
  add_brightness(brightness, {y, stride * rows});

  FrameInfo nv12 = info;
  nv12.format = PixelFormat::kNv12;
  nv12.range = YuvRange::kFull;
  const std::span<const std::byte> all(bytes);
  const std::array planes = {Plane{all.first(stride * rows), stride},
                             Plane{all.subspan(stride * rows), stride}};
  return Frame(nv12, planes, std::move(lease));
}

Frame PatternFrames::make_mjpeg(const FrameInfo& info, std::unique_ptr<BufferPool::Lease> lease) {
  std::vector<std::byte>& bytes = lease->bytes();
  std::get<PatternJpeg>(pattern_).encode(info.sequence, info.captured, bytes);
  FrameInfo mjpeg = info;
  mjpeg.format = PixelFormat::kMjpeg;
  const std::array planes = {Plane{bytes, 0}};
  return Frame(mjpeg, planes, std::move(lease));
}

}  // namespace freshframe
