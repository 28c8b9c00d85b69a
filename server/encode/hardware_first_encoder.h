#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>

#include "encode/jpeg_encoder.h"
#include "encode/v4l2_calls.h"
#include "encode/v4l2_jpeg_encoder.h"

namespace freshframe {

/// Encodes by the first hardware encoder that is there, and by libjpeg-turbo whatever that one does
/// not: a viewer loses no frame to a device that fails.
///
/// A device is given up when it is gone, hangs, or fails on three frames in a row or on more than
/// one in eleven for a while. After a pause it is looked for again; a device that never takes such
/// frames is not. One that hangs is closed on a thread of its own, for a driver may block there.
/// Thread: encode thread only.
class HardwareFirstEncoder final : public JpegEncoder {
 public:
  /// The pause after a failure doubles up to the longest, and is short again for a device that
  /// worked for as long as it.
  static constexpr std::chrono::seconds kShortestPause{30};
  static constexpr std::chrono::seconds kLongestPause{3'600};

  /// For frames of `format` only. `is_required`: a missing or unfit device is a reason to report.
  /// `calls` must outlive the encoder, and a device that hangs in being closed.
  /// `software` encodes what the device does not.
  HardwareFirstEncoder(const V4l2Calls& calls, PixelFormat format, int quality_percent,
                       bool is_required, std::unique_ptr<JpegEncoder> software);
  ~HardwareFirstEncoder() override;

  boost::system::result<std::span<const std::byte>, EncodeError> encode(
      const Frame& frame) override;

  const EncoderReport& report() const override { return report_; }

 private:
  void look_for_a_device();
  void note_failure(const V4l2Flaw& flaw);
  void give_up(const V4l2Flaw& flaw);
  void use_software(const std::string& why, bool is_worth_telling);

  const V4l2Calls& calls_;
  const PixelFormat format_;
  const int quality_percent_;
  const bool is_required_;
  const std::unique_ptr<JpegEncoder> software_;
  std::unique_ptr<V4l2JpegEncoder> device_;
  /// A device that hung is still being closed.
  const std::shared_ptr<std::atomic<bool>> is_closing_;
  /// Never, for a device that is unfit.
  std::optional<std::chrono::steady_clock::time_point> look_at_;
  std::chrono::steady_clock::time_point device_since_;
  std::chrono::seconds pause_{kShortestPause};
  /// Rises with each failure and falls with each picture.
  int strain_ = 0;
  EncoderReport report_;
};

}  // namespace freshframe
