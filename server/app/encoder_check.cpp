#include "app/encoder_check.h"

#include <spdlog/spdlog.h>

#include "encode/v4l2_device_search.h"

namespace freshframe {

Result<void> check_encoder(EncoderChoice choice) {
  if (choice != EncoderChoice::kHardware) {
    return {};
  }
  const auto encoder = find_v4l2_encoder(system_v4l2_calls());
  if (!encoder) {
    return Failure{encoder.error().kind,
                   encoder.error().reason + "; choose another by --encoder auto or software"};
  }
  spdlog::info("hardware JPEG encoder: {}", encoder->name());
  return {};
}

}  // namespace freshframe
