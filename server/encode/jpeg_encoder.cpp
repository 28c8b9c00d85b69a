#include "encode/jpeg_encoder.h"

#include "encode/hardware_first_encoder.h"
#include "encode/pass_through_encoder.h"
#include "encode/turbo_encoder.h"
#include "encode/v4l2_calls.h"

namespace freshframe {

std::string_view to_string(EncodeError error) {
  switch (error) {
    case EncodeError::kTruncated:
      return "truncated";
    case EncodeError::kForeign:
      return "foreign";
    case EncodeError::kWrongShape:
      return "wrong-shape";
    case EncodeError::kFailed:
      return "failed";
  }
  return "unknown";
}

std::unique_ptr<JpegEncoder> make_jpeg_encoder(PixelFormat format, int quality_percent,
                                               EncoderChoice choice) {
  if (format == PixelFormat::kMjpeg) {
    return std::make_unique<PassThroughEncoder>();
  }
  if (choice != EncoderChoice::kSoftware) {
    return std::make_unique<HardwareFirstEncoder>(system_v4l2_calls(), format, quality_percent,
                                                  choice == EncoderChoice::kHardware);
  }
  return std::make_unique<TurboEncoder>(format, quality_percent);
}

}  // namespace freshframe
