#include "encode/jpeg_encoder.h"

#include <utility>

#include "encode/hardware_first_encoder.h"
#include "encode/pass_through_encoder.h"
#include "encode/stripwise_encoder.h"
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

std::unique_ptr<JpegEncoder> make_jpeg_encoder(PixelFormat format, int quality_percent, int threads,
                                               EncoderChoice choice) {
  if (format == PixelFormat::kMjpeg) {
    return std::make_unique<PassThroughEncoder>();
  }
  const auto make_turbo_encoder = [format, quality_percent] {
    return std::make_unique<TurboEncoder>(format, quality_percent);
  };
  std::unique_ptr<JpegEncoder> software;
  if (threads < 2) {
    software = make_turbo_encoder();
  } else {
    software =
        std::make_unique<StripwiseEncoder>(static_cast<std::size_t>(threads), make_turbo_encoder);
  }
  if (choice == EncoderChoice::kSoftware) {
    return software;
  }
  return std::make_unique<HardwareFirstEncoder>(system_v4l2_calls(), format, quality_percent,
                                                choice == EncoderChoice::kHardware,
                                                std::move(software));
}

}  // namespace freshframe
