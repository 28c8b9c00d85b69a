#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "encode/jpeg_encoder.h"

namespace freshframe {

/// Encodes raw frames with libjpeg-turbo: baseline, 4:2:0 (grey frames: one component), full range
/// as JPEG has it, so that limited-range YUV is stretched first. The result lies in the encoder's
/// own output buffer, and buffers are kept from frame to frame. Thread: encode thread only.
class TurboEncoder final : public JpegEncoder {
 public:
  /// For frames of `format` only, any but kMjpeg; others fail with kWrongShape.
  TurboEncoder(PixelFormat format, int quality_percent);

  boost::system::result<std::span<const std::byte>, EncodeError> encode(
      const Frame& frame) override;

  const EncoderReport& report() const override { return report_; }

 private:
  struct CloseHandle {
    void operator()(void* handle) const;
  };
  // Y, U and V as libjpeg-turbo takes them.
  struct YuvPlanes {
    std::array<const std::uint8_t*, 3> rows{};
    std::array<int, 3> strides_bytes{};
  };

  void make_room(int width_px, int height_px);
  YuvPlanes planar_yuv(const Frame& frame);
  // Leaves `planes` pointing to full-range copies in buffers of our own.
  void expand_to_full_range(YuvPlanes& planes, const FrameInfo& info);
  // libjpeg-turbo reads luma up to the next even width and height (tjPlaneWidth, tjPlaneHeight),
  // which a camera's buffer need not have: leaves `planes` pointing to a copy that does.
  void pad_luma_to_even_size(YuvPlanes& planes, const FrameInfo& info);

  const EncoderReport report_{.name = "libjpeg-turbo"};
  const PixelFormat format_;
  const int quality_percent_;
  std::unique_ptr<void, CloseHandle> handle_;
  int width_px_ = 0;
  int height_px_ = 0;
  std::unique_ptr<unsigned char[]> output_;
  unsigned long output_size_bytes_ = 0;
  // Y, U and V where the camera's planes cannot be used as they are; empty otherwise.
  std::array<std::vector<std::uint8_t>, 3> converted_;
};

}  // namespace freshframe
