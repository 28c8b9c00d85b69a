#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

#include "capture/frame.h"

namespace freshframe {

/// Why a frame gave no picture. Each is counted for itself.
enum class EncodeError {
  kTruncated,   // a camera's JPEG that ends before its end marker
  kForeign,     // a camera's "JPEG" that is none, or is broken inside
  kWrongShape,  // planes smaller than the frame's size and format say
  kFailed,      // the encoder itself gave up
};

/// The lower-case name that logs and counters use: "truncated", "foreign", "wrong-shape", "failed".
std::string_view to_string(EncodeError error);

/// Which encoder is wanted for raw frames.
enum class EncoderChoice {
  kAuto,      // hardware where there is one that takes the frames
  kHardware,  // the same, and it is told when there is none
  kSoftware,  // libjpeg-turbo
};

/// What people are told of who makes the pictures.
struct EncoderReport {
  /// "camera" for a camera's own images, "libjpeg-turbo", or a device:
  /// "bcm2835-codec-image_encode (/dev/video31)".
  std::string name;
  /// Why it is not the hardware that was to do it: a sentence as in Failure. Empty otherwise.
  std::string reason = {};
  /// The frames that hardware made no picture of, and why it did not at last.
  std::uint64_t hardware_failures = 0;
  std::string last_hardware_failure = {};
  friend bool operator==(const EncoderReport&, const EncoderReport&) = default;
};

/// Makes one JPEG image of one frame.
///
/// Thread: encode thread only.
class JpegEncoder {
 public:
  JpegEncoder() = default;
  JpegEncoder(const JpegEncoder&) = delete;
  JpegEncoder& operator=(const JpegEncoder&) = delete;
  virtual ~JpegEncoder() = default;

  /// Encodes `frame` as a baseline JPEG that any browser shows: it begins with FF D8 FF, holds all
  /// its tables and ends with FF D9.
  ///
  /// The bytes belong to the encoder, or to the frame, and stay valid until the next call or until
  /// the frame is dropped, whichever comes first. After an error the frame is skipped and the
  /// encoder stays usable.
  virtual boost::system::result<std::span<const std::byte>, EncodeError> encode(
      const Frame& frame) = 0;

  /// Who made the last picture. Changes with encode() only.
  virtual const EncoderReport& report() const = 0;
};

/// The encoder for frames of `format`: pass-through for kMjpeg (`quality_percent` is then the
/// camera's affair), for all others libjpeg-turbo, or hardware with libjpeg-turbo to fall back on
/// as `choice` says. `quality_percent` is libjpeg's 1 to 100. `threads` of libjpeg-turbo's may work
/// on one frame, the caller's among them, where it is large enough for that; what the image decodes
/// to does not depend on it. Source: server/README.md, "Encoders".
std::unique_ptr<JpegEncoder> make_jpeg_encoder(PixelFormat format, int quality_percent,
                                               int threads = 1,
                                               EncoderChoice choice = EncoderChoice::kSoftware);

}  // namespace freshframe
