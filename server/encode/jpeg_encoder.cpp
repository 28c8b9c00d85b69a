#include "encode/jpeg_encoder.h"

#include "encode/pass_through_encoder.h"
#include "encode/stripwise_encoder.h"
#include "encode/turbo_encoder.h"

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
                                               int threads) {
  if (format == PixelFormat::kMjpeg) {
    return std::make_unique<PassThroughEncoder>();
  }
  const auto make_turbo_encoder = [format, quality_percent] {
    return std::make_unique<TurboEncoder>(format, quality_percent);
  };
  if (threads < 2) {
    return make_turbo_encoder();
  }
  return std::make_unique<StripwiseEncoder>(static_cast<std::size_t>(threads), make_turbo_encoder);
}

}  // namespace freshframe
